use std::fmt;
use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use hardline::client::{BodyReader, BodySink, BodySource, Opening};
use hardline_transport_options::streaming::{PollWrite, Reopened, check_length};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWrite, AsyncWriteExt};

use crate::readers::AsyncReadBody;

/// A file that is the body of a request. It is opened for each attempt.
///
/// ```
/// # use hardline::client::{Client, Clock, Conversation};
/// # use hardline::flow::Flow;
/// use hardline_hyper::{FileSource, HyperTransport};
///
/// # fn upload<C: Clock, F: Flow>(client: &Client<HyperTransport, C>, flow: F) -> Conversation<HyperTransport, C, F> {
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
            let mut file = File::open(path).await?;
            let length = check_length(file.metadata().await?.len(), at)?;
            file.seek(SeekFrom::Start(at)).await?;
            Ok(AsyncReadBody::new(file, length))
        })))
    }
}

/// A file that the body of a response goes into. It is made where there is none, and has a part of the body if the
/// request fails.
///
/// ```
/// # use hardline::client::{Client, Clock, Conversation};
/// # use hardline::flow::Flow;
/// use hardline_hyper::{FileSink, HyperTransport, Sha256Sink};
///
/// # fn download<C: Clock, F: Flow>(client: &Client<HyperTransport, C>, flow: F) -> Conversation<HyperTransport, C, F> {
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
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(false);
                let mut file = options.open(path).await?;
                check_length(file.metadata().await?.len(), at)?;
                file.set_len(at).await?;
                file.seek(SeekFrom::Start(at)).await?;
                Ok(Written(file))
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

struct Written(File);

impl PollWrite for Written {
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }
}
