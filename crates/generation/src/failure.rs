//! Why something failed. Frequent causes are data, which the page words in the reader's language; `Display` words them in
//! English.

use serde::{Deserialize, Serialize};

/// Why a request failed. The variant decides what the page offers next; texts in it are English details for specialists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// The reader or a newer request stopped it.
    #[error("stopped")]
    Cancelled,
    /// A request that needs a model came before there was one.
    #[error("no model is loaded yet")]
    NoModel,
    /// The network or the server did not give what was asked for. Trying again may help.
    #[error("the download failed: {0}")]
    Download(Undelivered),
    /// The file is not one that this program reads.
    #[error("this model file cannot be used: {0}")]
    BadModel(Defect),
    /// The request itself is wrong.
    #[error("{0}")]
    BadInput(String),
    /// The text has characters that the model's vocabulary lacks.
    #[error("the model's vocabulary has no token for {0}")]
    Unreadable(String),
    /// The other side is of another version: the page was opened before an update.
    #[error("this page and its engine are of different versions ({page} and {engine}): reload the page")]
    Version {
        /// This side's version.
        page: u16,
        /// The other side's version.
        engine: u16,
    },
    /// A message that cannot be read.
    #[error("a message could not be read: {0}")]
    Garbled(String),
    /// The engine crashed: a fault of this program.
    #[error("the engine stopped: {0}")]
    Crashed(String),
    /// The arithmetic gave something that is not a number.
    #[error("the model's arithmetic broke down: {0}")]
    Arithmetic(String),
    /// A file that the reader gave cannot be read any more: it was changed, moved or deleted.
    #[error("the file {0} is not there any more as it was: if it has changed, open it again")]
    FileGone(String),
}

/// Why something did not arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Undelivered {
    /// No answer at all: no network, no server, or one that does not allow requests from this page.
    #[error("{url} cannot be reached ({why})")]
    Unreachable {
        /// The address that was requested.
        url: String,
        /// The browser's own message.
        why: String,
    },
    /// The server answered with an error.
    #[error("the server answered {status} for {url}")]
    Status {
        /// The address that was requested.
        url: String,
        /// The answer's status.
        status: u16,
    },
    /// The connection ended before the answer did.
    #[error("the connection broke while {url} came in ({why})")]
    Broken {
        /// What was on its way.
        url: String,
        /// The browser's own message.
        why: String,
    },
    /// The bytes received for a part are not that part's.
    #[error("{url} is not the part that the manifest names, asked twice: damaged, replaced, or an error page")]
    Damaged {
        /// The part.
        url: String,
    },
    /// The text received for the manifest is no manifest.
    #[error("{url} is not a model's manifest: {why}")]
    NoManifest {
        /// The manifest.
        url: String,
        /// What is wrong with it, in English.
        why: String,
    },
    /// There is no address to request it from.
    #[error("{name} beside {base} is no address")]
    NoAddress {
        /// What was wanted.
        name: String,
        /// The address that it should be beside.
        base: String,
    },
}

/// What is wrong with a model's files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Defect {
    /// It is not a GGUF file.
    #[error("it does not start with GGUF but with {found:?}")]
    NotGguf {
        /// Its first characters.
        found: String,
    },
    /// GGUF's version.
    #[error("it is GGUF version {version}; versions 2 and 3 can be read")]
    GgufVersion {
        /// The file's.
        version: u32,
    },
    /// It ends before its header does.
    #[error("the file ends within its header, after {length} bytes")]
    EndsInHeader {
        /// Its bytes.
        length: u64,
    },
    /// It ends before its weights do: most often a download that was interrupted.
    #[error("the file ends after {length} bytes, but tensor {tensor} goes to byte {end}")]
    CutShort {
        /// Its bytes.
        length: u64,
        /// The tensor that is not whole.
        tensor: String,
        /// Where that would end.
        end: u64,
    },
    /// Its architecture is not supported.
    #[error("its architecture is {name:?}; gpt2 and llama can be run")]
    Architecture {
        /// The architecture.
        name: String,
    },
    /// Its weights are of a type that is not supported.
    #[error("tensor {tensor} has GGML type {code}; {readable} can be read")]
    WeightType {
        /// A tensor of that type.
        tensor: String,
        /// The type's number.
        code: u32,
        /// The names of the supported types.
        readable: String,
    },
    /// Several GGUF files at once.
    #[error("these are several GGUF files, {name} among them: open one")]
    Several {
        /// One of them.
        name: String,
    },
    /// A folder without the file that describes the model.
    #[error("these files have no config.json, which says what the model is; a GGUF file needs none")]
    NoConfig,
    /// A folder without weights.
    #[error("these files have no weights: a .safetensors file is needed")]
    NoWeights,
    /// A folder with weights in a format that is not supported.
    #[error("its weights are in .bin files, which can hold programs; safetensors can be read")]
    BinWeights,
    /// A file without another one that it needs.
    #[error("with {name}, {missing} is needed too")]
    Alone {
        /// The file.
        name: String,
        /// The one that it needs.
        missing: String,
    },
    /// A file of weights that an index names is missing.
    #[error("{index} names {missing}, which is not among these files")]
    NotAmong {
        /// The index.
        index: String,
        /// The file.
        missing: String,
    },
    /// Anything else, in English.
    #[error("{0}")]
    Other(String),
}
