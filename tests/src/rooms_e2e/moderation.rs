//! Reports, and what administrators can do.

use hardline::client_api::moderation::{
    GetAdminLockUser, GetAdminSuspendUser, GetWhoIs, ReportEvent, ReportRoom, ReportUser,
    SetAdminLockUser, SetAdminSuspendUser,
};
use hardline::client_api::room_events::SendMessage;
use hardline::types::EventId;
use serde_json::json;

use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    reports(alice, bob);
    let whois = alice.call(GetWhoIs::new(alice.user_id.clone()));
    assert_eq!(whois.user_id.as_ref(), Some(&alice.user_id));
    let sessions = whois.devices.values().flat_map(|device| &device.sessions);
    let mut connections = sessions.flat_map(|session| &session.connections);
    assert!(connections.any(|connection| connection.ip.is_some()));
    administration(alice, bob);
}

fn reports(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    let content = json!({"msgtype": "m.text", "body": "Buy this!"});
    let transaction = alice.transaction();
    let send = SendMessage::event(room_id.clone(), "m.room.message", transaction, &content);
    let event_id = alice.call(send.unwrap()).event_id;
    let mut report = ReportEvent::new(room_id.clone(), event_id);
    report.reason = Some("Spam".to_owned());
    bob.call(report.clone());
    report.event_id = EventId::parse("$nobodys").unwrap();
    assert_eq!(bob.refused(report), (404, "M_NOT_FOUND".to_owned()));
    bob.call(ReportRoom::new(room_id, "Spam".to_owned()));
    bob.call(ReportUser::new(alice.user_id.clone(), "Spam".to_owned()));
}

/// Alice is no administrator. A server that has these tells her so.
fn administration(alice: &Person<'_>, bob: &Person<'_>) {
    let bob = &bob.user_id;
    if alice.trial.refusal("getAdminSuspendUser").is_none() {
        let forbidden = (403, "M_FORBIDDEN".to_owned());
        let refused = alice.refused(GetAdminSuspendUser::new(bob.clone()));
        assert_eq!(refused, forbidden);
        let refused = alice.refused(SetAdminSuspendUser::new(bob.clone(), true));
        assert_eq!(refused, forbidden);
        let refused = alice.refused(GetAdminLockUser::new(bob.clone()));
        assert_eq!(refused, forbidden);
        let refused = alice.refused(SetAdminLockUser::new(bob.clone(), true));
        assert_eq!(refused, forbidden);
        return;
    }
    alice.call_if_there(GetAdminSuspendUser::new(bob.clone()));
    alice.call_if_there(SetAdminSuspendUser::new(bob.clone(), true));
    alice.call_if_there(GetAdminLockUser::new(bob.clone()));
    alice.call_if_there(SetAdminLockUser::new(bob.clone(), true));
}
