use std::fmt;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use blocking::{Unblock, unblock};
use futures_lite::{AsyncWrite, AsyncWriteExt};
use hardline::client::{BodyReader, BodySink, BodySource, Opening, ReadBody};
use hardline_transport_options::streaming::{PollWrite, Reopened, check_length};

use crate::readers::AsyncReadBody;

/// A file that is the body of a request. It is opened for each attempt.
///
/// ```
/// # use hardline::client::{Client, Clock, Conversation};
/// # use hardline::flow::Flow;
/// use hardline_isahc::{FileSource, IsahcTransport};
///
/// # fn upload<C: Clock, F: Flow>(client: &Client<IsahcTransport, C>, flow: F) -> Conversation<IsahcTransport, C, F> {
/// client.run(flow).with_source(FileSource::new("picture.jpg"))
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileSource(PathBuf);

impl FileSource {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl BodySource for FileSource {
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        let path = self.0.clone();
        Ok(Box::new(Opening::new(async move {
            let (file, length) = unblock(move || open_at(&path, at)).await?;
            Ok(AsyncReadBody::new(Unblock::new(file), length))
        })))
    }
}

/// A file that the body of a response goes into. It is made where there is none, and has a part of the body if the
/// request fails.
///
/// ```
/// # use hardline::client::{Client, Clock, Conversation};
/// # use hardline::flow::Flow;
/// use hardline_isahc::{FileSink, IsahcTransport, Sha256Sink};
///
/// # fn download<C: Clock, F: Flow>(client: &Client<IsahcTransport, C>, flow: F) -> Conversation<IsahcTransport, C, F> {
/// client.run(flow).with_sink(Sha256Sink::new(FileSink::new("picture.jpg")))
/// # }
/// ```
pub struct FileSink(Reopened<Written>);

impl FileSink {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self(Reopened::new(move |before: Option<Written>, at| {
            let path = path.clone();
            Box::pin(async move {
                if let Some(Written(mut before)) = before {
                    // Otherwise it might be written later. Whether it could be shows in what is there.
                    let _ = before.flush().await;
                }
                let file = unblock(move || begin_at(&path, at)).await?;
                Ok(Written(Unblock::new(file)))
            })
        }))
    }
}

impl BodySink for FileSink {
    fn poll_begin(&mut self, context: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        self.0.poll_begin(context, at)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.poll_write(context, bytes)
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_end(context)
    }
}

impl fmt::Debug for FileSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileSink")
    }
}

struct Written(Unblock<File>);

impl PollWrite for Written {
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }
}

/// The same for an [`IsahcBlocking`](crate::IsahcBlocking): what it does blocks.
///
/// ```
/// # use hardline::client::{BlockingClient, BlockingConversation, Clock};
/// # use hardline::flow::Flow;
/// use hardline_isahc::{BlockingFileSource, IsahcBlocking};
///
/// # fn upload<C: Clock, F: Flow>(client: &BlockingClient<IsahcBlocking, C>, flow: F) -> BlockingConversation<IsahcBlocking, C, F> {
/// client.run(flow).with_source(BlockingFileSource::new("picture.jpg"))
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BlockingFileSource(PathBuf);

impl BlockingFileSource {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl BodySource for BlockingFileSource {
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        let (file, length) = open_at(&self.0, at)?;
        Ok(Box::new(ReadBody::new(file, length)))
    }
}

/// The same for an [`IsahcBlocking`](crate::IsahcBlocking): what it does blocks.
///
/// ```
/// let sink = hardline_isahc::BlockingFileSink::new("picture.jpg");
/// # drop(sink);
/// ```
#[derive(Debug)]
pub struct BlockingFileSink {
    path: PathBuf,
    file: Option<File>,
}

impl BlockingFileSink {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            file: None,
        }
    }

    fn file(&mut self) -> io::Result<&mut File> {
        let file = self.file.as_mut();
        file.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl BodySink for BlockingFileSink {
    fn poll_begin(&mut self, _: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        self.file = Some(begin_at(&self.path, at)?);
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.file()?.write(bytes))
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.file()?.flush()?;
        self.file = None;
        Poll::Ready(Ok(()))
    }
}

/// A file to read from an offset on, and how much there is.
fn open_at(path: &Path, at: u64) -> io::Result<(File, u64)> {
    let mut file = File::open(path)?;
    let length = check_length(file.metadata()?.len(), at)?;
    file.seek(SeekFrom::Start(at))?;
    Ok((file, length))
}

/// A file to write from an offset on, where it is cut off.
fn begin_at(path: &Path, at: u64) -> io::Result<File> {
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    check_length(file.metadata()?.len(), at)?;
    file.set_len(at)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(file)
}
