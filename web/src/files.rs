//! Files that the reader gives: chosen, or dropped onto the page, folders too.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DragEvent, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

/// Whether files are being dragged, and not a word of the page.
#[must_use]
pub fn are_dragged(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// The files of a list.
#[must_use]
pub fn listed(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|index| files.item(index)).collect()
}

/// What was dropped. A browser forgets it when the event is over: it is taken at once, and folders are read later.
#[derive(Debug, Default)]
pub struct Dropped {
    files: Vec<File>,
    folders: Vec<FileSystemDirectoryEntry>,
}

impl Dropped {
    /// Takes what was dropped.
    #[must_use]
    pub fn take(data: &DataTransfer) -> Self {
        let items = data.items();
        let entries = (0..items.length()).filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?);
        let folders: Vec<_> = entries.filter(FileSystemEntry::is_directory).map(JsCast::unchecked_into).collect();
        let plain = |files: FileList| listed(&files);
        // Among plain files a browser also lists a folder, as something that cannot be read.
        let files = if folders.is_empty() { data.files().map(plain).unwrap_or_default() } else { Vec::new() };
        Self { files, folders }
    }

    /// The files, and those that lie directly in the folders.
    pub async fn files(self) -> Vec<File> {
        let Self { mut files, folders } = self;
        for folder in folders {
            let reader = folder.create_reader();
            // What cannot be read is missing from the list, and whoever reads the list says what is missing.
            while let Ok(entries) = read_entries(&reader).await {
                if entries.is_empty() {
                    break;
                }
                for entry in entries {
                    files.extend(read_entry(entry).await.ok());
                }
            }
        }
        files
    }
}

/// A folder's next entries; none after the last.
async fn read_entries(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let entries = answer(|done, failed| reader.read_entries_with_callback_and_callback(done, failed)).await?;
    Ok(Array::from(&entries).iter().map(JsCast::unchecked_into).collect())
}

async fn read_entry(entry: FileSystemEntry) -> Result<File, JsValue> {
    if !entry.is_file() {
        return Err(JsValue::NULL);
    }
    let entry: FileSystemFileEntry = entry.unchecked_into();
    let file = answer(|done, failed| {
        entry.file_with_callback_and_callback(done, failed);
        Ok(())
    });
    Ok(file.await?.unchecked_into())
}

/// What a function with two callbacks answers.
async fn answer(
    mut ask: impl FnMut(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        if let Err(error) = ask(&resolve, &reject) {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}
