//! From a model's files to its weights: GGUF files and Hugging Face folders, read as their bytes arrive.

pub(crate) mod description;
pub(crate) mod ggml_type;
pub(crate) mod gguf;
pub(crate) mod hf_folder;
pub(crate) mod hf_names;
pub(crate) mod loader;
pub(crate) mod safetensors;
pub(crate) mod tensor_stream;
