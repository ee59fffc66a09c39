//! A folder as Hugging Face's `transformers` saves a model: `config.json`, a tokenizer, weights in `safetensors`.

use std::collections::{BTreeSet, HashMap};

use generation::protocol::{Defect, ModelInfo};
use serde::Deserialize;

use super::safetensors;
use crate::arch::config::{Config, FolderConfig};
use crate::arch::weights::Weights;
use crate::error::{Error, Result, defect, malformed};
use crate::load::description::Description;
use crate::load::hf_names::TensorNames;
use crate::load::loader::{FileEntry, describe};
use crate::load::tensor_stream::TensorInfo;
use crate::tokenizer::Tokenizer;

/// No text file that we read is larger.
const MAX_TEXT_BYTES: u64 = 256 << 20;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const VOCABULARY: &str = "vocab.json";
const MERGES: &str = "merges.txt";
const INDEX: &str = "model.safetensors.index.json";
const WHOLE: &str = "model.safetensors";

/// Takes a folder's files in, one after the other.
#[derive(Debug)]
pub(crate) struct HfFolder {
    files: Vec<FileEntry>,
    /// Files still to be read, the next one last.
    order: Vec<usize>,
    /// The text files' bytes by name, until they are used.
    texts: HashMap<String, Vec<u8>>,
    config: Option<FolderConfig>,
    shard: Option<safetensors::Reader>,
    weights: Option<Weights>,
    description: Option<Description>,
}

/// `model.safetensors.index.json`.
#[derive(Deserialize)]
struct Index {
    /// Each tensor's file.
    weight_map: HashMap<String, String>,
}

impl HfFolder {
    pub(crate) fn new(files: &[FileEntry]) -> Result<Self> {
        let find = |name: &str| files.iter().position(|file| file.name == name);
        let Some(config) = find(CONFIG) else {
            return defect(Defect::NoConfig);
        };
        let alone =
            |name: &str, missing: &str| defect(Defect::Alone { name: name.to_owned(), missing: missing.to_owned() });
        let tokenizer = match (find(TOKENIZER), find(VOCABULARY), find(MERGES)) {
            (Some(tokenizer), ..) => vec![tokenizer],
            (None, Some(vocabulary), Some(merges)) => vec![vocabulary, merges],
            (None, Some(_), None) => return alone(VOCABULARY, MERGES),
            (None, None, Some(_)) => return alone(MERGES, VOCABULARY),
            (None, None, None) => Vec::new(),
        };
        let mut shards: Vec<usize> = (0..files.len()).filter(|&i| files[i].name.ends_with(".safetensors")).collect();
        shards.sort_by_key(|&i| &files[i].name);
        let index = find(INDEX);
        let weights = match (find(WHOLE), shards.as_slice()) {
            (Some(whole), _) => vec![whole],
            (None, [one]) if index.is_none() => vec![*one],
            (None, []) if files.iter().any(|file| file.name.ends_with(".bin")) => {
                return defect(Defect::BinWeights);
            }
            (None, []) => return defect(Defect::NoWeights),
            (None, several) if index.is_some() => several.to_vec(),
            (None, several) => {
                let words = format!("{} weights files, but no {INDEX} that says which belong together", several.len());
                return malformed(words);
            }
        };
        let order: Vec<usize> = [config].into_iter().chain(tokenizer).chain(index).chain(weights).collect();
        let texts = order.iter().map(|&i| &files[i]).filter(|file| !file.name.ends_with(".safetensors"));
        if let Some(file) = texts.clone().find(|file| file.bytes > MAX_TEXT_BYTES) {
            return malformed(format!("{} has {} bytes, which makes no sense", file.name, file.bytes));
        }
        Ok(Self {
            files: files.to_vec(),
            order: order.into_iter().rev().collect(),
            texts: HashMap::new(),
            config: None,
            shard: None,
            weights: None,
            description: None,
        })
    }

    pub(crate) fn next_file(&self) -> Option<usize> {
        self.order.last().copied()
    }

    pub(crate) fn description(&self) -> &Option<Description> {
        &self.description
    }

    pub(crate) fn into_description(self) -> Option<Description> {
        self.description
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(file) = self.next_file().map(|i| self.files[i].clone()) else { return Ok(()) };
        if !file.name.ends_with(".safetensors") {
            let text = self.texts.entry(file.name.clone()).or_default();
            if (text.len() + bytes.len()) as u64 > file.bytes {
                return malformed(format!("{} is longer than it was", file.name));
            }
            text.extend_from_slice(bytes);
            return Ok(());
        }
        let within = |error| within(&file.name, error);
        let weights = match (&mut self.weights, &self.config) {
            (Some(weights), _) => weights,
            (none, Some(FolderConfig { config, tied, .. })) => {
                let Config { architecture, head, .. } = *config;
                none.insert(Weights::new(TensorNames::HuggingFace { architecture, head, tied: *tied }))
            }
            (None, None) => return malformed("config.json must be read first"),
        };
        let shard = self.shard.get_or_insert_with(|| safetensors::Reader::new(file.bytes));
        let tensors = shard.push(bytes, weights).map_err(within)?;
        match tensors {
            Some(tensors) if self.description.is_none() => self.describe(&tensors),
            _ => Ok(()),
        }
    }

    pub(crate) fn end_file(&mut self) -> Result<()> {
        let Some(name) = self.order.pop().map(|i| self.files[i].name.clone()) else { return Ok(()) };
        match name.as_str() {
            CONFIG => self.config = Some(FolderConfig::read(&self.texts.remove(CONFIG).unwrap_or_default())?),
            INDEX => self.use_index()?,
            _ if name.ends_with(".safetensors") => match self.shard.take() {
                Some(shard) => shard.finish().map_err(|error| within(&name, error))?,
                None => return malformed(format!("{name} is empty")),
            },
            _ => {}
        }
        Ok(())
    }

    /// Keeps the weights files that the index names, which must all be there.
    fn use_index(&mut self) -> Result<()> {
        let json = self.texts.remove(INDEX).unwrap_or_default();
        let broken = |error| Error::Malformed(format!("{INDEX} cannot be read: {error}"));
        let Index { weight_map } = serde_json::from_slice(&json).map_err(broken)?;
        let named: BTreeSet<String> = weight_map.into_values().collect();
        let missing = named.iter().find(|name| !self.files.iter().any(|file| file.name == **name));
        if let Some(missing) = missing {
            return defect(Defect::NotAmong { index: INDEX.to_owned(), missing: missing.clone() });
        }
        if self.files.iter().any(|file| file.name == WHOLE) && !named.contains(WHOLE) {
            self.order.retain(|&i| self.files[i].name != WHOLE);
            let shards = (0..self.files.len()).filter(|&i| named.contains(&self.files[i].name));
            self.order.splice(0..0, shards);
        } else {
            self.order
                .retain(|&i| !self.files[i].name.ends_with(".safetensors") || named.contains(&self.files[i].name));
        }
        Ok(())
    }

    /// All but the weights is there.
    fn describe(&mut self, tensors: &[TensorInfo]) -> Result<()> {
        let Some(FolderConfig { config, vocabulary, tied, end_of_text }) = self.config.take() else { return Ok(()) };
        let tokenizer = match (self.texts.remove(TOKENIZER), self.texts.remove(VOCABULARY), self.texts.remove(MERGES)) {
            (Some(json), ..) => Tokenizer::from_tokenizer_json(&json, &end_of_text)?,
            (None, Some(words), Some(merges)) => Tokenizer::from_vocab_and_merges(&words, &merges, &end_of_text)?,
            _ => Tokenizer::none(&end_of_text),
        };
        let tokenizer = tokenizer.with_rows(vocabulary)?;
        let weights = self.files.iter().filter(|file| file.name.ends_with(".safetensors"));
        let mut info = ModelInfo {
            name: format!("{} of {} layers", config.architecture.name(), config.layers),
            file_bytes: weights.map(|file| file.bytes).sum(),
            tied,
            ..ModelInfo::default()
        };
        describe(&mut info, &config, &tokenizer, tensors);
        self.description = Some(Description { config, tokenizer, info });
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(Option<Description>, Weights)> {
        match (self.next_file(), self.weights) {
            (Some(i), _) => malformed(format!("{} was not read", self.files[i].name)),
            (None, Some(weights)) => Ok((self.description, weights)),
            (None, None) => malformed("these files have no weights"),
        }
    }
}

/// An error with the file's name before it.
fn within(name: &str, error: Error) -> Error {
    match error {
        Error::Malformed(words) => Error::Malformed(format!("{name}: {words}")),
        Error::Unsupported(words) => Error::Unsupported(format!("{name}: {words}")),
        Error::Defect(defect) => Error::Malformed(format!("{name}: {defect}")),
        other => other,
    }
}
