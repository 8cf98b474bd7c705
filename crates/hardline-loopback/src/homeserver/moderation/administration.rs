use hardline::client_api::moderation::{
    ConnectionInfo, DeviceInfo, GetAdminLockUser, GetAdminLockUserResponse, GetAdminSuspendUser,
    GetAdminSuspendUserResponse, GetWhoIs, GetWhoIsResponse, SessionInfo, SetAdminLockUser,
    SetAdminLockUserResponse, SetAdminSuspendUser, SetAdminSuspendUserResponse,
};
use hardline::types::UserId;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid, not_found};
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(who_is);
    handlers.answer_with::<GetAdminSuspendUser>(|context, asked| {
        context.check_administered(&asked.user_id)?;
        let suspended = &context.state.moderation.suspended;
        Ok(GetAdminSuspendUserResponse::new(
            suspended.contains(&asked.user_id),
        ))
    });
    handlers.answer_with::<SetAdminSuspendUser>(|context, set| {
        context.check_changeable(&set.user_id)?;
        let suspended = &mut context.state.moderation.suspended;
        if set.suspended {
            suspended.insert(set.user_id);
        } else {
            suspended.remove(&set.user_id);
        }
        Ok(SetAdminSuspendUserResponse::new(set.suspended))
    });
    handlers.answer_with::<GetAdminLockUser>(|context, asked| {
        context.check_administered(&asked.user_id)?;
        let locked = &context.state.moderation.locked;
        Ok(GetAdminLockUserResponse::new(
            locked.contains(&asked.user_id),
        ))
    });
    handlers.answer_with(lock);
}

fn lock(
    context: &mut RequestContext<'_>,
    set: SetAdminLockUser,
) -> Result<SetAdminLockUserResponse, ErrorResponse> {
    context.check_changeable(&set.user_id)?;
    let administrator = context.user_id()?;
    let state = &mut *context.state;
    if set.locked {
        // Their waiting syncs end.
        state.stream.advance();
        state.stream.concerns(&set.user_id, &administrator);
        state.moderation.locked.insert(set.user_id);
    } else {
        state.moderation.locked.remove(&set.user_id);
    }
    Ok(SetAdminLockUserResponse::new(set.locked))
}

fn who_is(
    context: &mut RequestContext<'_>,
    asked: GetWhoIs,
) -> Result<GetWhoIsResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    if asked.user_id != user_id {
        context.check_administered(&asked.user_id)?;
    }
    let mut response = GetWhoIsResponse::default();
    let devices = context.state.connections.of(&asked.user_id);
    let devices = devices.map(|(device_id, connections)| {
        let mut session = SessionInfo::default();
        session.connections = connections
            .iter()
            .map(|connection| {
                let mut info = ConnectionInfo::default();
                info.ip = connection.address.map(|address| address.to_string());
                info.last_seen = Some(connection.last_seen);
                info.user_agent.clone_from(&connection.user_agent);
                info
            })
            .collect();
        let mut device = DeviceInfo::default();
        device.sessions = vec![session];
        (device_id.as_str().to_owned(), device)
    });
    response.devices = devices.collect();
    response.user_id = Some(asked.user_id);
    Ok(response)
}

impl RequestContext<'_> {
    /// The caller is an administrator, and the user one of this server's.
    fn check_administered(&self, user_id: &UserId) -> Result<(), ErrorResponse> {
        let caller = self.user_id()?;
        if !self.state.moderation.administrators.contains(&caller) {
            return Err(forbidden("you are not an administrator of this server"));
        }
        if user_id.server_name().as_ref() != Some(self.server.server_name()) {
            return Err(invalid("the user is not one of this server's"));
        }
        let accounts = &self.state.accounts;
        if !accounts.is_active(user_id) && !accounts.is_guest(user_id) {
            return Err(not_found("there is no such user"));
        }
        Ok(())
    }

    /// The caller may also change what the user may do: administrators do not shut each other out.
    fn check_changeable(&self, user_id: &UserId) -> Result<(), ErrorResponse> {
        self.check_administered(user_id)?;
        if self.state.moderation.administrators.contains(user_id) {
            return Err(forbidden("the user is an administrator"));
        }
        Ok(())
    }
}
