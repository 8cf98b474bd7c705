use super::*;

fn refused(program: &mut Program, event: OutgoingEvent, byte: u8) -> SendQueueError {
    let before = program.queue.revision();
    let error = program.queue.enqueue(NOW, event.clone(), [byte; 16]);
    let error = error.unwrap_err();
    assert!(!error.to_string().is_empty());
    let EnqueueErrorParts(reason, back) = parts(error);
    assert_eq!(format!("{back:?}"), format!("{event:?}"));
    assert_eq!(program.queue.revision(), before, "nothing changed");
    reason
}

struct EnqueueErrorParts(SendQueueError, OutgoingEvent);

fn parts(error: EnqueueError) -> EnqueueErrorParts {
    let reason = match error.reason() {
        SendQueueError::TooManyEntries { most } => SendQueueError::TooManyEntries { most: *most },
        SendQueueError::TooManyBytes { most } => SendQueueError::TooManyBytes { most: *most },
        SendQueueError::TooLarge(size) => SendQueueError::TooLarge(*size),
        SendQueueError::NotAnObject => SendQueueError::NotAnObject,
        SendQueueError::DuplicateTransactionId => SendQueueError::DuplicateTransactionId,
        other => panic!("{other:?}"),
    };
    EnqueueErrorParts(reason, error.into_event())
}

#[test]
fn a_full_queue_gives_the_event_back() {
    let options = SendOptions {
        max_entries: 2,
        ..SendOptions::default()
    };
    let mut program = Program::with(options);
    let first = program.say("!a", "one", 1);
    program.say("!b", "two", 2);
    let reason = refused(&mut program, message("!c", "three"), 3);
    assert!(matches!(reason, SendQueueError::TooManyEntries { most: 2 }));
    // Nor is there room for the redaction of one, which stays as it is.
    let kept = program.queue.discard(NOW, &first, [9; 16]);
    assert!(matches!(kept, Err(SendQueueError::TooManyEntries { .. })));
    program.take("$1");
    program.say("!c", "three", 3);
}

#[test]
fn the_bytes_of_all_contents_are_limited() {
    let options = SendOptions {
        max_bytes: 200,
        ..SendOptions::default()
    };
    let mut program = Program::with(options);
    program.confirms = false;
    let first = program.say("!a", &"a".repeat(80), 1);
    let reason = refused(&mut program, message("!a", &"b".repeat(80)), 2);
    assert!(matches!(reason, SendQueueError::TooManyBytes { most: 200 }));
    let large = json!({"body": "c".repeat(300)});
    let edited = program.queue.edit(NOW, &first, &large, [3; 16]);
    assert!(matches!(edited, Err(SendQueueError::TooManyBytes { .. })));
    let entry = program.queue.entries().next().unwrap();
    assert!(entry.content.unwrap().as_str().contains("aaa"));
}

#[test]
fn what_no_server_takes_is_refused_at_once() {
    let mut program = Program::new();
    let reason = refused(&mut program, message("!a", &"a".repeat(70_000)), 1);
    assert!(matches!(reason, SendQueueError::TooLarge(_)));
    let list = OutgoingEvent::new(room("!a"), "m.room.message", &[1, 2]).unwrap();
    let reason = refused(&mut program, list, 1);
    assert!(matches!(reason, SendQueueError::NotAnObject));
    program.say("!a", "one", 1);
    let reason = refused(&mut program, message("!b", "two"), 1);
    assert!(matches!(reason, SendQueueError::DuplicateTransactionId));
}

#[test]
fn what_is_not_in_the_queue_cannot_be_changed() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    let content = json!({});
    assert!(matches!(
        program.queue.retry(NOW, &first),
        Err(SendQueueError::NotPossible)
    ));
    assert!(matches!(
        program.queue.resend(NOW, &first),
        Err(SendQueueError::NotPossible)
    ));
    program.take("$1");
    let gone = [
        program.queue.retry(NOW, &first),
        program.queue.resend(NOW, &first),
        program.queue.provide(NOW, &first, &content),
        program
            .queue
            .edit(NOW, &first, &content, [2; 16])
            .map(|_| ()),
        program.queue.discard(NOW, &first, [3; 16]).map(|_| ()),
    ];
    for result in gone {
        assert!(matches!(result, Err(SendQueueError::NotQueued)));
    }
}
