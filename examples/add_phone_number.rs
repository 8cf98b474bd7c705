//! Adds a phone number to an account: a conversation, in which the program plays the person who reads the code.
use hardline::Client;
use hardline::client::Next;
use hardline::client_api::session::Login;
use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{AddThreepid, FlowEvent, Prompt, Reply, ThreepidInput};
use hardline::types::{ClientSecret, CountryCode, ValidationToken};
use hardline::wire::{Target, UserIdentifier};
use hardline_hyper::{HyperTransport, TokioClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let homeserver = hardline_loopback::Loopback::builder().account("alice", "wonderland");
    let homeserver = homeserver.start()?;
    let target = Target::homeserver(homeserver.url())?;
    let client = Client::new(HyperTransport::new()?, TokioClock, target);
    let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    let user = client.log_in(login).await?.user_id;

    let flow = AddThreepid::new(
        client.now(),
        client.homeserver().ok_or("it is no homeserver")?,
        user,
        ThreepidInput::phone(CountryCode::parse("GB")?, "07700900001"),
        // A program takes 32 bytes of the operating system's random number generator.
        ClientSecret::from_entropy([7; 32]),
    );
    let mut conversation = client.run(flow);
    let mut is_first = true;
    loop {
        match conversation.next().await {
            Next::Event(FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => {
                let reply = match prompt {
                    // People mistype: the flow asks again.
                    Prompt::Code { .. } if std::mem::take(&mut is_first) => {
                        Reply::Code(ValidationToken::from("000000"))
                    }
                    Prompt::Code { .. } => {
                        let message = homeserver.inbox().last_to("+447700900001");
                        Reply::Code(message.ok_or("no text came")?.token)
                    }
                    Prompt::Password => Reply::Password("wonderland".into()),
                    other => return Err(format!("nobody can answer {other:?}").into()),
                };
                conversation.reply(reply)?;
            }
            // The server is down: a person decides when to try again.
            Next::Event(FlowEvent::Stalled(error)) => return Err(error.into()),
            Next::Event(event) => println!("{event:?}"),
            Next::Done(added) => break added?,
        }
    }
    for threepid in client.call(GetAccount3pids::new()).await?.threepids {
        println!("{} is yours now", threepid.address);
    }
    Ok(())
}
