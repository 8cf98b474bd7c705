//! What administrators do with accounts, and reports to them.
//!
//! Specification: [server administration](https://spec.matrix.org/v1.19/client-server-api/#server-administration),
//! [reporting content](https://spec.matrix.org/v1.19/client-server-api/#reporting-content).

mod admin;
mod report;
mod whois;

pub use admin::{
    GetAdminLockUser, GetAdminLockUserResponse, GetAdminSuspendUser, GetAdminSuspendUserResponse,
    SetAdminLockUser, SetAdminLockUserResponse, SetAdminSuspendUser, SetAdminSuspendUserResponse,
};
pub use report::{ReportEvent, ReportRoom, ReportUser};
pub use whois::{ConnectionInfo, DeviceInfo, GetWhoIs, GetWhoIsResponse, SessionInfo};

crate::wire::operations![
    GetAdminLockUser,
    GetAdminSuspendUser,
    GetWhoIs,
    ReportEvent,
    ReportRoom,
    ReportUser,
    SetAdminLockUser,
    SetAdminSuspendUser,
];
