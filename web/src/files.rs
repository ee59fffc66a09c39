//! Files that the reader gives: chosen, or dropped onto the page, folders too.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DragEvent, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use session::newcomer::Unread;

/// Whether files are being dragged, and not a word of the page.
#[must_use]
pub fn are_dragged(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// What the reader gives to be opened.
#[derive(Debug, Default)]
pub struct Given {
    /// The files; of folders those that lie directly in them.
    pub files: Vec<File>,
    /// The folders' names.
    pub folders: Vec<String>,
    /// What else lay in the folders.
    pub unread: Unread,
}

/// The files that were chosen, or those of a folder that was.
#[must_use]
pub fn chosen(list: &FileList) -> Given {
    let mut given = Given::default();
    for file in (0..list.length()).filter_map(|index| list.item(index)) {
        // `folder/file`, `folder/inner/…/file`, or nothing for a file that was chosen itself.
        let path = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        let path = path.unwrap_or_default();
        let mut path = path.split('/').filter(|part| !part.is_empty());
        note(&mut given.folders, path.next().map(str::to_owned));
        match (path.next(), path.next()) {
            (Some(inner), Some(_)) => note(&mut given.unread.folders, Some(inner.to_owned())),
            _ => given.files.push(file),
        }
    }
    given
}

/// Each name once.
fn note(names: &mut Vec<String>, name: Option<String>) {
    names.extend(name.filter(|name| !names.contains(name)));
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
        let mut dropped = Self::default();
        let items = data.items();
        for item in (0..items.length()).filter_map(|index| items.get(index)) {
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) if entry.is_directory() => dropped.folders.push(entry.unchecked_into()),
                // A folder, too, can be had as a file, one that cannot be read: so it is asked first.
                _ => dropped.files.extend(item.get_as_file().ok().flatten()),
            }
        }
        dropped
    }

    /// The files, and those that lie directly in the folders.
    pub async fn read(self) -> Given {
        let Self { files, folders } = self;
        let mut given = Given { files, ..Given::default() };
        for folder in folders {
            read_folder(&folder, &mut given).await;
            given.folders.push(folder.name());
        }
        given
    }
}

async fn read_folder(folder: &FileSystemDirectoryEntry, given: &mut Given) {
    let reader = folder.create_reader();
    loop {
        let Ok(entries) = read_entries(&reader).await else {
            return given.unread.failed.push(folder.name());
        };
        if entries.is_empty() {
            return;
        }
        for entry in entries {
            let name = entry.name();
            if entry.is_directory() {
                given.unread.folders.push(name);
            } else {
                match read_entry(entry).await {
                    Ok(file) => given.files.push(file),
                    Err(_) => given.unread.failed.push(name),
                }
            }
        }
    }
}

/// A folder's next entries; none after the last.
async fn read_entries(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let entries = answer(|done, failed| reader.read_entries_with_callback_and_callback(done, failed)).await?;
    Ok(Array::from(&entries).iter().map(JsCast::unchecked_into).collect())
}

async fn read_entry(entry: FileSystemEntry) -> Result<File, JsValue> {
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
