//! A model on its way in from files that the reader gave.

use generation::protocol::{ModelInfo, Vocabulary};

use crate::engine::Engine;
use crate::error::{Error, Result, malformed};
use crate::gguf::Reader;
use crate::linear::Precision;

/// A file that the reader gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The last component of its path.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// Takes a model's files in, piece by piece.
#[derive(Debug)]
pub struct Opening {
    file: Listed,
    index: usize,
    ended: bool,
    reader: Reader,
    info: Option<ModelInfo>,
}

impl Opening {
    /// Decides what to read.
    ///
    /// # Errors
    /// There is no model among the files, or more than one.
    pub fn new(files: &[Listed]) -> Result<Self> {
        let is_model = |file: &&Listed| file.name.to_lowercase().ends_with(".gguf");
        let index = match files {
            [_] => 0,
            _ => {
                let models = files.iter().filter(is_model).count();
                if models != 1 {
                    return malformed(format!("one .gguf file was expected, and there are {models}"));
                }
                files.iter().position(|file| is_model(&file)).unwrap_or_default()
            }
        };
        let Some(file) = files.get(index).cloned() else { return malformed("no file was given") };
        Ok(Self { file, index, ended: false, reader: Reader::default(), info: None })
    }

    /// Index of the file to read now, from its start to its end; `None` once all were read.
    #[must_use]
    pub fn next(&self) -> Option<usize> {
        (!self.ended).then_some(self.index)
    }

    /// Its next bytes, pieces of any length.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.reader.push(bytes)?;
        if self.info.is_none() {
            let stem = self.file.name.trim_end_matches(".gguf").to_owned();
            self.info = self.reader.describe(stem, self.file.bytes).transpose()?;
        }
        Ok(())
    }

    /// That file has ended.
    ///
    /// # Errors
    /// It ended too early.
    pub fn end(&mut self) -> Result<()> {
        self.ended = true;
        Ok(())
    }

    /// What the model is, as soon as that is known; its memory is an estimate.
    #[must_use]
    pub fn info(&self) -> Option<&ModelInfo> {
        self.info.as_ref()
    }

    /// All files have been read.
    ///
    /// # Errors
    /// The model lacks something, or is of a kind that this program does not run.
    pub fn finish(self, precision: Precision) -> Result<Engine> {
        let described = self.info.map(|info| info.name);
        let mut engine = Engine::new(self.reader.finish()?, precision)?;
        engine.rename(described.ok_or_else(|| Error::Malformed("the file has no header".into()))?);
        Ok(engine)
    }
}

/// What a llama file's header says.
pub(crate) fn outline(
    metadata: &crate::gguf::Metadata,
    quantization: String,
    name: String,
    bytes: u64,
) -> Result<ModelInfo> {
    let architecture = metadata.string("general.architecture").unwrap_or("nothing").to_owned();
    if architecture != "llama" {
        return crate::error::unsupported(format!("its architecture is {architecture}; llama can be run"));
    }
    let config = crate::llama::Config::read(metadata)?;
    Ok(ModelInfo {
        name: metadata.string("general.name").map_or(name, ToOwned::to_owned),
        architecture,
        quantization,
        licence: metadata.string("general.license").unwrap_or_default().to_owned(),
        layers: config.layers,
        heads: config.heads,
        kv_heads: config.kv_heads,
        width: config.width,
        window: config.window,
        end_of_text: Vec::new(),
        vocabulary: Vocabulary::default(),
        file_bytes: bytes,
        memory_bytes: bytes + bytes / 4,
    })
}
