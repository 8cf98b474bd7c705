use hardline::client_api::moderation::{ReportEvent, ReportRoom, ReportUser};
use hardline::json::Empty;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::not_found;
use super::super::request_context::RequestContext;
use super::super::state::{Report, ReportSubject};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<ReportEvent>(|context, report| {
        let message = "there is no such event, or you may not see it";
        context
            .event_seen(&report.room_id, &report.event_id)
            .map_err(|_| not_found(message))?;
        let subject = ReportSubject::Event(report.room_id, report.event_id);
        context.report(subject, report.reason)
    });
    handlers.answer_with::<ReportRoom>(|context, report| {
        if context.state.rooms.get(&report.room_id).is_none() {
            return Err(not_found("there is no such room"));
        }
        let subject = ReportSubject::Room(report.room_id);
        context.report(subject, Some(report.reason))
    });
    // Whether there is such a user is not told.
    handlers.answer_with::<ReportUser>(|context, report| {
        let subject = ReportSubject::User(report.user_id);
        context.report(subject, Some(report.reason))
    });
}

impl RequestContext<'_> {
    fn report(
        &mut self,
        subject: ReportSubject,
        reason: Option<String>,
    ) -> Result<Empty, ErrorResponse> {
        let report = Report {
            reporter: self.user_id()?,
            subject,
            reason,
            reported_at: self.now(),
        };
        self.state.moderation.report(report)?;
        Ok(Empty {})
    }
}
