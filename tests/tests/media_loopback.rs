//! Files that stream over both adapters, to the loopback and back: cut, slow, elsewhere, too large, and not what they
//! should be.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use bytes::Bytes;
use hardline::client::{
    Client, Clock, Conversation, MemorySink, Next, StreamingTransport, Transport,
};
use hardline::client_api::media::{CreateContent, UploadContentToMxc};
use hardline::client_api::session::Login;
use hardline::flow::{
    Download, Downloaded, Flow, FlowError, FlowEvent, MediaError, RetryPolicy, Thumbnail, Upload,
};
use hardline::types::{MxcUri, Password, RawBytes, Timestamp};
use hardline::wire::{AuthType, BaseUrl, Homeserver, Target, UserIdentifier};
use hardline_hyper::{HyperTransport, Sha256Sink, TokioClock};
use hardline_isahc::{IsahcClock, IsahcTransport};
use hardline_loopback::{Fault, Loopback};
use http::StatusCode;

const DOWNLOAD: &str = "/_matrix/client/v1/media/download";
const SIZE: usize = 5_000_000;

/// One adapter, and a loopback for it.
struct Over<T: Transport, C: Clock> {
    client: Client<T, C>,
    loopback: Loopback,
    clock: C,
}

/// What a flow came to, and how far it said to be.
struct Ran<T> {
    outcome: T,
    progress: Vec<(u64, Option<u64>)>,
    retries: usize,
}

impl<T, C> Over<T, C>
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock + Clone,
{
    async fn new(transport: T, clock: C) -> Self {
        let loopback = Loopback::start().unwrap();
        let password = Password::from("secret");
        loopback
            .homeserver()
            .add_account("alice", &password)
            .unwrap();
        let target = Target::homeserver(loopback.url()).unwrap();
        let client = Client::new(transport, clock.clone(), target);
        let mut login = Login::new(AuthType::Password);
        login.identifier = Some(UserIdentifier::user("alice"));
        login.password = Some(password);
        let login = client.call(login).await.unwrap();
        client.set_access_token(Some(login.access_token));
        Self {
            client,
            loopback,
            clock,
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn homeserver(&self) -> Homeserver {
        Homeserver::new(BaseUrl::parse(self.loopback.url()).unwrap())
    }

    async fn upload(&self, content: &Bytes) -> Ran<Result<MxcUri, FlowError>> {
        let size = content.len() as u64;
        let flow = Upload::from_source(self.now(), self.homeserver(), size, 1);
        let flow = flow.with_content_type("video/webm").unwrap();
        let flow = flow.with_file_name("holiday.webm").unwrap();
        let conversation = self.client.run(flow).with_source(content.clone());
        finish(conversation).await
    }

    async fn download(
        &self,
        uri: &MxcUri,
        wishes: impl FnOnce(Download) -> Download,
    ) -> (Ran<Result<Downloaded, FlowError>>, Bytes) {
        let flow = Download::new(self.now(), self.homeserver(), uri, 1).unwrap();
        let sink = MemorySink::new(2 * SIZE);
        let conversation = self.client.run(wishes(flow));
        let conversation = conversation.with_sink(Sha256Sink::new(sink.clone()));
        (finish(conversation).await, sink.take())
    }
}

async fn finish<T, C, F>(mut conversation: Conversation<T, C, F>) -> Ran<F::Outcome>
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock,
    F: Flow<Event = FlowEvent>,
{
    let (mut progress, mut retries) = (Vec::new(), 0);
    loop {
        match conversation.next().await {
            Next::Event(FlowEvent::Progress { bytes, total }) => progress.push((bytes, total)),
            Next::Event(FlowEvent::RetryScheduled(_)) => retries += 1,
            Next::Event(event) => panic!("{event:?}"),
            Next::Done(outcome) => {
                return Ran {
                    outcome,
                    progress,
                    retries,
                };
            }
        }
    }
}

fn content() -> Bytes {
    (0..SIZE).map(|at| (at % 251) as u8).collect()
}

async fn everything<T, C>(over: Over<T, C>)
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock + Clone,
{
    let content = content();
    let size = SIZE as u64;
    let uploaded = over.upload(&content).await;
    let uri = uploaded.outcome.unwrap();
    assert_eq!(uploaded.progress.last(), Some(&(size, Some(size))));

    // What comes back is the same.
    let (ran, came) = over.download(&uri, |flow| flow).await;
    let downloaded = ran.outcome.unwrap();
    assert!(came == content);
    assert_eq!(downloaded.bytes, size);
    let right = downloaded.sha256.unwrap();
    assert_eq!(downloaded.file_name.unwrap(), "holiday.webm");
    assert_eq!(downloaded.content_type.unwrap(), "video/webm");
    assert_eq!(ran.progress.last(), Some(&(size, Some(size))));

    // The connection is cut in the middle, twice.
    let (times, after) = (2, SIZE / 3);
    let cut = Fault::CutBody { times, after };
    over.loopback.set_fault(DOWNLOAD, cut);
    let (ran, came) = over.download(&uri, |flow| flow.with_sha256(right)).await;
    assert_eq!(ran.outcome.unwrap().bytes, size);
    assert!(came == content);
    assert_eq!(ran.retries, 2);
    let began_anew = ran.progress.iter().filter(|(bytes, _)| *bytes == 0).count();
    assert_eq!(began_anew, 1, "{:?}", ran.progress);

    // It comes slowly, and slower than a request may take as a whole.
    let (bytes, pause) = (SIZE / 20, Duration::from_millis(100));
    over.loopback
        .set_fault(DOWNLOAD, Fault::SlowBody { bytes, pause });
    let mut policy = RetryPolicy::default();
    policy.timeout = Duration::from_millis(1_500);
    let (ran, came) = over.download(&uri, |flow| flow.with_policy(policy)).await;
    assert!(ran.outcome.is_ok() && came == content);
    assert!(ran.progress.len() > 3, "{:?}", ran.progress);
    over.loopback.clear_fault(DOWNLOAD);

    // It is too large.
    let (ran, came) = over.download(&uri, |flow| flow.with_cap(size - 1)).await;
    let error = ran.outcome.unwrap_err();
    let too_large = MediaError::DownloadTooLarge {
        size: Some(size),
        cap: size - 1,
    };
    assert!(
        matches!(&error, FlowError::Media(error) if *error == too_large),
        "{error}"
    );
    assert!(came.is_empty());

    // It is not the one that was meant.
    let (ran, _) = over.download(&uri, |flow| flow.with_sha256([7; 32])).await;
    let error = ran.outcome.unwrap_err();
    assert!(
        matches!(error, FlowError::Media(MediaError::WrongHash)),
        "{error}"
    );

    // It is no picture.
    let (ran, came) = over
        .download(&uri, |flow| flow.with_thumbnail(Thumbnail::new(32, 32)))
        .await;
    assert!(!ran.outcome.unwrap().is_thumbnail);
    assert!(came == content);

    // It is elsewhere, where no token is wanted.
    let legacy = uri
        .as_str()
        .replace("mxc://", "/_matrix/media/v3/download/");
    let status = StatusCode::TEMPORARY_REDIRECT;
    let location = format!("{}{legacy}", over.loopback.url());
    over.loopback
        .set_fault(DOWNLOAD, Fault::Redirect { status, location });
    let (ran, came) = over.download(&uri, |flow| flow).await;
    assert!(ran.outcome.is_ok() && came == content);
    over.loopback.clear_fault(DOWNLOAD);

    too_large_to_upload(&over).await;
    awaited(&over).await;
}

async fn too_large_to_upload<T, C>(over: &Over<T, C>)
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock + Clone,
{
    let limit = 50 << 20;
    let flow = Upload::from_source(over.now(), over.homeserver(), limit + 1, 1);
    // Nothing is taken from a source that has nothing.
    let conversation = over.client.run(flow).with_source(Bytes::new());
    let error = finish(conversation).await.outcome.unwrap_err();
    let expected = MediaError::UploadTooLarge {
        size: limit + 1,
        limit,
    };
    assert!(
        matches!(&error, FlowError::Media(error) if *error == expected),
        "{error}"
    );
}

/// A file that is yet to be uploaded comes while it is waited for.
async fn awaited<T, C>(over: &Over<T, C>)
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock + Clone,
{
    let created = over.client.call(CreateContent::new()).await.unwrap();
    let uri = created.content_uri.clone();
    let (server, media) = (
        uri.server_name().unwrap(),
        uri.media_id().unwrap().to_owned(),
    );
    let content = RawBytes::from(b"at last".as_slice());
    let put = over
        .client
        .call(UploadContentToMxc::new(server, media, content));
    let download = over.download(&uri, |flow| flow);
    let (put, (ran, came)) = futures_lite::future::zip(put, download).await;
    put.unwrap();
    assert_eq!(ran.outcome.unwrap().bytes, 7);
    assert_eq!(came, "at last");
}

#[test]
fn files_stream_over_hyper() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let transport = HyperTransport::builder().build().unwrap();
        everything(Over::new(transport, TokioClock).await).await;
    });
}

#[test]
fn files_stream_over_isahc() {
    futures_lite::future::block_on(async {
        let transport = IsahcTransport::builder().build().unwrap();
        everything(Over::new(transport, IsahcClock).await).await;
    });
}
