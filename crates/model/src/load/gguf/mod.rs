//! GGUF files, read as their bytes arrive.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>. A header (metadata and tensor descriptions) is
//! followed by the tensors' data.

mod header;
pub(crate) mod metadata;

pub(crate) use header::Header;
use metadata::{Metadata, Value};

use generation::protocol::Defect;

use crate::arch::weights::Weights;
use crate::error::{Result, defect, malformed};
use crate::load::tensor_stream::TensorStream;

/// No header we can use is larger; a file that claims one is damaged.
const MAX_HEADER_BYTES: usize = 256 << 20;

/// Takes a GGUF file in, piece by piece.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Bytes of the whole file.
    length: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The header's bytes so far, and how many there must be before trying to parse it again.
    Header {
        bytes: Vec<u8>,
        retry_at: usize,
    },
    Data(Box<TensorStream>),
}

impl Reader {
    /// A reader of a file of `length` bytes.
    pub(crate) fn new(length: u64) -> Self {
        Self { length, state: State::Header { bytes: Vec::new(), retry_at: 0 } }
    }

    /// The next bytes of the file, in order; gives the header once, when it is whole. Tensors go to `done`.
    ///
    /// # Errors
    /// Says what is wrong with the file. The reader is of no use afterwards.
    pub(crate) fn push(&mut self, bytes: &[u8], done: &mut Weights) -> Result<Option<Header>> {
        match &mut self.state {
            State::Data(stream) => {
                stream.push(bytes, done)?;
                Ok(None)
            }
            State::Header { bytes: head, retry_at } => {
                head.extend_from_slice(bytes);
                if head.len() < *retry_at && (head.len() as u64) < self.length {
                    return Ok(None);
                }
                let Some(header) = Header::parse(head)? else {
                    if head.len() > MAX_HEADER_BYTES {
                        return malformed("the header never ends");
                    }
                    *retry_at = head.len() * 3 / 2;
                    return Ok(None);
                };
                let mut stream = TensorStream::new(header.tensors.clone(), header.bytes as u64, self.length)?;
                stream.push(&head[header.bytes..], done)?;
                self.state = State::Data(Box::new(stream));
                Ok(Some(header))
            }
        }
    }

    /// The whole file has been pushed.
    ///
    /// # Errors
    /// The file ended too early.
    pub(crate) fn finish(self) -> Result<()> {
        match self.state {
            State::Data(stream) => stream.finish(),
            State::Header { bytes, .. } => defect(Defect::EndsInHeader { length: bytes.len() as u64 }),
        }
    }
}
