use std::time::Duration;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::Response;
use serde_json::json;

use super::records::DeviceRequest;
use super::state::{AuthorizationServer, GRANT};
use crate::simulation::oauth::answers::{Form, error, json, page};
use crate::simulation::oauth::decision::Decision;
use crate::simulation::personality::oauth::{Denial, DeviceGrant};

impl AuthorizationServer {
    pub(super) fn begin_device(
        &mut self,
        now: Timestamp,
        client_id: &str,
        form: &Form,
    ) -> Response<Bytes> {
        let Some(grant) = self.manners.device else {
            return page(404, "Not Found");
        };
        if !self.may_use(client_id, GRANT) {
            return self.manners.unregistered_grant.response();
        }
        let scope = form.get("scope").map_or("", String::as_str);
        let Some(device_id) = self.device_of(scope) else {
            return error(self.manners.refused_scope, "invalid_scope");
        };
        let user_code = user_code(&grant, self.devices.len());
        let device_code = self.make("device");
        let page = format!("{}link", self.manners.issuer);
        let mut answer = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "expires_in": grant.lifetime,
        });
        if grant.has_complete_uri {
            answer["verification_uri_complete"] = json!(format!("{page}?user_code={user_code}"));
        }
        if let Some(interval) = grant.interval {
            answer["interval"] = json!(interval);
        }
        self.devices.push(DeviceRequest {
            device_code,
            user_code,
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            device_id,
            expires_at: now + Duration::from_secs(grant.lifetime),
            interval: Duration::from_secs(grant.interval.unwrap_or(5)),
            asked_at: None,
            polls: 0,
            decides: None,
            is_over: false,
        });
        json(200, &answer)
    }

    pub(super) fn poll_device(
        &mut self,
        now: Timestamp,
        client_id: &str,
        form: &Form,
    ) -> Response<Bytes> {
        let Some(grant) = self.manners.device else {
            return error(400, "unsupported_grant_type");
        };
        let code = form.get("device_code").map_or("", String::as_str);
        let mut devices = self.devices.iter_mut();
        let Some(device) = devices
            .find(|device| device.device_code == code && device.client_id == client_id)
            .filter(|device| !device.is_over)
        else {
            return error(400, "invalid_grant");
        };
        let is_hasty = device
            .asked_at
            .replace(now)
            .is_some_and(|asked_at| now - asked_at < device.interval);
        device.polls += 1;
        let decision = device
            .decides
            .filter(|(_, polls)| device.polls > *polls)
            .map(|(decision, _)| decision);
        match decision {
            _ if now >= device.expires_at => error(grant.status, "expired_token"),
            Some(Decision::Allow) => {
                device.is_over = true;
                let (device_id, scope) = (device.device_id.clone(), device.scope.clone());
                self.grant(now, client_id, device_id, &scope)
            }
            Some(Decision::Deny | Decision::Fail(_)) => {
                device.is_over = grant.denial == Denial::Once;
                error(grant.status, "access_denied")
            }
            None if is_hasty && grant.slows_down => {
                device.interval += Duration::from_secs(5);
                error(400, "slow_down")
            }
            None => error(grant.status, "authorization_pending"),
        }
    }
}

/// Another code of the same form.
fn user_code(grant: &DeviceGrant, index: usize) -> String {
    let last = b"BCDFGHJKLMNPQRSTVWXZ"[index % 20];
    let (others, _) = grant.user_code.split_at(grant.user_code.len() - 1);
    format!("{others}{}", char::from(last))
}
