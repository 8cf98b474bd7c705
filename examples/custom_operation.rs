//! An operation of one's own, from both sides: a struct, a constant and a response.
use hardline::Client;
use hardline::client_api::session::Login;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Auth, Endpoint, ErrorCode, Operation, Target, UserIdentifier};
use hardline_hyper::{HyperTransport, TokioClock};
use serde::{Deserialize, Serialize};

/// Moves a piece in a game of chess that a module of the server plays.
#[derive(Serialize, Deserialize)]
struct MakeMove {
    /// In the path, where it is percent-encoded.
    game: String,
    /// In the query.
    notation: Option<String>,
    /// In the body, with all other fields.
    from: String,
    to: String,
}

/// What the game is like now. A field with a default may be missing, or not fit: the rest is read all the same.
#[derive(Serialize, Deserialize)]
struct Moved {
    board: String,
    #[serde(default)]
    is_check: bool,
}

impl Endpoint for MakeMove {
    const OPERATION: Operation = Operation::post(
        "makeMove",
        "/_matrix/client/unstable/org.example.chess/{game}/move",
    )
    .auth(Auth::Required)
    .query(&["notation"]);
    type Response = Moved;
}

fn play(operation: &MakeMove) -> Result<Moved, ErrorResponse> {
    if operation.from == operation.to {
        let errcode = ErrorCode::from("ORG.EXAMPLE.NO_MOVE");
        return Err(ErrorResponse::bad_request(errcode, "a piece has to move"));
    }
    let board = format!("{}: {} to {}", operation.game, operation.from, operation.to);
    Ok(Moved {
        board,
        is_check: false,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let homeserver = hardline_loopback::Loopback::builder()
        .account("alice", "wonderland")
        .on(|_caller, operation: MakeMove| play(&operation))
        .start()?;
    let target = Target::homeserver(homeserver.url())?;
    let client = Client::new(HyperTransport::new()?, TokioClock, target);
    let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    client.log_in(login).await?;

    let mut operation = MakeMove {
        game: "alice/bob".to_owned(),
        notation: Some("long".to_owned()),
        from: "e2".to_owned(),
        to: "e4".to_owned(),
    };
    println!("{}", client.call(&operation).await?.board);
    operation.to = "e2".to_owned();
    match client.call(&operation).await {
        Ok(moved) => println!("{}", moved.board),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
