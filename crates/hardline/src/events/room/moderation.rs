//! What rooms keep out: servers, and what policy lists say of users, rooms and servers.

mod policy_rule;
mod policy_server;
mod server_acl;

pub use policy_rule::{
    PolicyRecommendation, PolicyRule, PolicyRuleRoom, PolicyRuleServer, PolicyRuleUser,
};
pub use policy_server::RoomPolicy;
pub use server_acl::{AllowIpLiterals, RoomServerAcl};
