//! Files and folders from a file input or dropped onto the page.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DragEvent, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

/// Whether files are being dragged, rather than a text of the page.
#[must_use]
pub fn are_dragged(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// Files that were chosen or dropped.
#[derive(Debug, Default)]
pub struct FileSelection {
    /// The files; of folders those that lie directly in them.
    pub files: Vec<File>,
    /// The folders' names.
    pub folders: Vec<String>,
    /// Names of the folders' files that could not be read.
    pub failed: Vec<String>,
    /// Names of the folders within those folders, which are not read.
    pub inner_folders: Vec<String>,
}

/// The files that were chosen, or those of a folder that was.
#[must_use]
pub fn from_list(list: &FileList) -> FileSelection {
    let mut selection = FileSelection::default();
    for file in (0..list.length()).filter_map(|index| list.item(index)) {
        // `folder/file`, `folder/inner/…/file`, or nothing for a file that was chosen itself.
        let path = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        let path = path.unwrap_or_default();
        let mut path = path.split('/').filter(|part| !part.is_empty());
        note(&mut selection.folders, path.next().map(str::to_owned));
        match (path.next(), path.next()) {
            (Some(inner), Some(_)) => note(&mut selection.inner_folders, Some(inner.to_owned())),
            _ => selection.files.push(file),
        }
    }
    selection
}

/// Adds a name that is not in the list yet.
fn note(names: &mut Vec<String>, name: Option<String>) {
    names.extend(name.filter(|name| !names.contains(name)));
}

/// Dropped files and folders. `DataTransfer` is valid during its event only: entries are taken from it at once, and folders are
/// read later.
#[derive(Debug, Default)]
pub struct Dropped {
    files: Vec<File>,
    folders: Vec<FileSystemDirectoryEntry>,
}

impl Dropped {
    /// Takes the entries out of the event's data.
    #[must_use]
    pub fn take(data: &DataTransfer) -> Self {
        let mut dropped = Self::default();
        let items = data.items();
        for item in (0..items.length()).filter_map(|index| items.get(index)) {
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) if entry.is_directory() => dropped.folders.push(entry.unchecked_into()),
                // `getAsFile` also answers for a folder, with a file that cannot be read: so folders come first.
                _ => dropped.files.extend(item.get_as_file().ok().flatten()),
            }
        }
        dropped
    }

    /// The files, and those that lie directly in the folders.
    pub async fn read(self) -> FileSelection {
        let Self { files, folders } = self;
        let mut selection = FileSelection { files, ..FileSelection::default() };
        for folder in folders {
            read_folder(&folder, &mut selection).await;
            selection.folders.push(folder.name());
        }
        selection
    }
}

async fn read_folder(folder: &FileSystemDirectoryEntry, selection: &mut FileSelection) {
    let reader = folder.create_reader();
    loop {
        let Ok(entries) = read_entries(&reader).await else {
            return selection.failed.push(folder.name());
        };
        if entries.is_empty() {
            return;
        }
        for entry in entries {
            let name = entry.name();
            if entry.is_directory() {
                selection.inner_folders.push(name);
            } else {
                match read_entry(entry).await {
                    Ok(file) => selection.files.push(file),
                    Err(_) => selection.failed.push(name),
                }
            }
        }
    }
}

/// A folder's next entries; none after the last.
async fn read_entries(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let entries = from_callbacks(|done, failed| reader.read_entries_with_callback_and_callback(done, failed)).await?;
    Ok(Array::from(&entries).iter().map(JsCast::unchecked_into).collect())
}

async fn read_entry(entry: FileSystemEntry) -> Result<File, JsValue> {
    let entry: FileSystemFileEntry = entry.unchecked_into();
    let file = from_callbacks(|done, failed| {
        entry.file_with_callback_and_callback(done, failed);
        Ok(())
    });
    Ok(file.await?.unchecked_into())
}

/// The result of a function with two callbacks, one for success and one for failure.
async fn from_callbacks(
    mut ask: impl FnMut(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        if let Err(error) = ask(&resolve, &reject) {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}
