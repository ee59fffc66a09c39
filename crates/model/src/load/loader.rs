//! Reads a model of either format: a GGUF file, or the files of a Hugging Face folder.

use generation::protocol::{Defect, ModelInfo, Vocabulary};

use super::gguf;
use crate::arch::config::Config;
use crate::arch::linear::Precision;
use crate::arch::weights::Weights;
use crate::engine::Engine;
use crate::error::{Result, defect, malformed};
use crate::load::description::Description;
use crate::load::hf_folder::HfFolder;
use crate::load::hf_names::TensorNames;
use crate::load::tensor_stream::{TensorInfo, main_type};
use crate::tokenizer::Tokenizer;

/// A file that the reader gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name without its folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// Reads a model's files, one after the other, each from its start to its end.
#[derive(Debug)]
pub struct Loader {
    files: Vec<FileEntry>,
    format: Format,
    /// The file that is being read ended already.
    ended: bool,
}

#[derive(Debug)]
enum Format {
    Gguf { at: usize, file: Box<Gguf> },
    Folder(Box<HfFolder>),
}

#[derive(Debug)]
struct Gguf {
    reader: gguf::Reader,
    weights: Weights,
    description: Option<Description>,
}

impl Loader {
    /// Decides by the files' names what they are and in which order they are read.
    ///
    /// # Errors
    /// The files are no model, or more than one.
    pub fn new(files: &[FileEntry]) -> Result<Self> {
        let with = |end: &str| -> Vec<usize> {
            let name = |i: &usize| files[*i].name.to_ascii_lowercase();
            (0..files.len()).filter(|i| name(i).ends_with(end)).collect()
        };
        let format = match (with(".gguf").as_slice(), files) {
            ([_, another, ..], _) => {
                return defect(Defect::Several { name: files[*another].name.clone() });
            }
            (&[at], _) => Format::Gguf { at, file: Box::new(Gguf::new(files[at].bytes)) },
            // A file of another name may still be one: its first bytes tell.
            ([], [one]) if !one.name.ends_with(".safetensors") && !one.name.ends_with(".json") => {
                Format::Gguf { at: 0, file: Box::new(Gguf::new(one.bytes)) }
            }
            ([], _) => Format::Folder(Box::new(HfFolder::new(files)?)),
        };
        Ok(Self { files: files.to_vec(), format, ended: false })
    }

    /// Which file is to be read now; `None` once all were.
    #[must_use]
    pub fn next_file(&self) -> Option<usize> {
        match &self.format {
            Format::Gguf { at, .. } => (!self.ended).then_some(*at),
            Format::Folder(folder) => folder.next_file(),
        }
    }

    /// The next bytes of that file, a piece of any length.
    ///
    /// # Errors
    /// Says what is wrong with the file. The loader is of no use afterwards.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.format {
            Format::Gguf { at, file } => file.push(bytes, &self.files[*at]),
            Format::Folder(folder) => folder.push(bytes),
        }
    }

    /// That file has ended.
    ///
    /// # Errors
    /// Says what is wrong with the file. The loader is of no use afterwards.
    pub fn end_file(&mut self) -> Result<()> {
        match &mut self.format {
            Format::Gguf { .. } => {
                self.ended = true;
                Ok(())
            }
            Format::Folder(folder) => folder.end_file(),
        }
    }

    /// What the model is, before its weights are there: known after a GGUF file's header, or that of a folder's first
    /// weights. `memory_bytes` is then what weights and a full cache will take.
    #[must_use]
    pub fn info(&self) -> Option<&ModelInfo> {
        let description = match &self.format {
            Format::Gguf { file, .. } => &file.description,
            Format::Folder(folder) => folder.description(),
        };
        description.as_ref().map(|description| &description.info)
    }

    /// Takes the tokenizer out, once [`Self::info`] is known; the loader is of no use afterwards.
    #[must_use]
    pub fn into_tokenizer(self) -> Option<Tokenizer> {
        let description = match self.format {
            Format::Gguf { file, .. } => file.description,
            Format::Folder(folder) => folder.into_description(),
        };
        description.map(|description| description.tokenizer)
    }

    /// Makes an engine of the files, which were all read to their ends.
    ///
    /// # Errors
    /// Something is missing, or of shapes that do not fit.
    pub fn finish(self, precision: Precision) -> Result<Engine> {
        let (description, weights) = match self.format {
            Format::Gguf { file, .. } => {
                file.reader.finish()?;
                (file.description, file.weights)
            }
            Format::Folder(folder) => folder.finish()?,
        };
        match description {
            Some(description) => Engine::new(description, weights, precision),
            None => malformed("the files have no weights"),
        }
    }
}

impl Gguf {
    fn new(bytes: u64) -> Self {
        Self { reader: gguf::Reader::new(bytes), weights: Weights::new(TensorNames::Gguf), description: None }
    }

    fn push(&mut self, bytes: &[u8], file: &FileEntry) -> Result<()> {
        let Some(header) = self.reader.push(bytes, &mut self.weights)? else { return Ok(()) };
        let gguf::Header { mut metadata, tensors, .. } = header;
        let config = Config::from_gguf(&metadata)?;
        let text = |key: &str| metadata.string(key).map(str::to_owned);
        let mut info = ModelInfo {
            name: text("general.name").unwrap_or_else(|| file.name.trim_end_matches(".gguf").to_owned()),
            licence: text("general.license").unwrap_or_default(),
            file_bytes: file.bytes,
            tied: !tensors.iter().any(|tensor| tensor.name == "output.weight"),
            ..ModelInfo::default()
        };
        let tokenizer = Tokenizer::from_gguf(&mut metadata)?;
        describe(&mut info, &config, &tokenizer, &tensors);
        self.description = Some(Description { config, tokenizer, info });
        Ok(())
    }
}

/// Fills in what every format says in its own words.
pub(crate) fn describe(info: &mut ModelInfo, config: &Config, tokenizer: &Tokenizer, tensors: &[TensorInfo]) {
    let Config { layers, width, heads, kv_heads, head, ffn, window, positions, architecture, .. } = *config;
    // Keys and values of every position, f32.
    let row = layers.saturating_mul(2 * kv_heads * head * size_of::<f32>());
    *info = ModelInfo {
        architecture: architecture.name().to_owned(),
        quantization: main_type(tensors),
        layers,
        heads,
        kv_heads,
        head,
        width,
        ffn,
        window,
        positions,
        norm: architecture.norm(),
        activation: architecture.activation(),
        end_of_text: tokenizer.end_of_text().to_vec(),
        vocabulary: Vocabulary::default(),
        vocabulary_size: tokenizer.vocabulary().len(),
        memory_bytes: info.file_bytes.saturating_add(row.saturating_mul(window) as u64),
        ..std::mem::take(info)
    };
}
