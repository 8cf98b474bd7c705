use crate::wire::{Operation, SpecVersion};

/// A proposal to change the specification (*MSC*), with the flags by which servers say that they have it: members of
/// `unstable_features` in the answer of `/versions`.
///
/// [`SupportedVersions::support_of`](crate::wire::SupportedVersions::support_of) tells whether a server has it. Paths follow
/// from the same flags by themselves: you need this for names of parameters and members, and to show or hide a feature.
///
/// ```
/// use hardline::wire::{Msc, SpecVersion};
///
/// assert_eq!(Msc::MSC4133.number, 4133);
/// assert_eq!(Msc::MSC4133.flags, ["uk.tcpip.msc4133"]);
/// assert_eq!(Msc::MSC4133.since, Some(SpecVersion::v1(16)));
/// assert!(Msc::ALL.contains(&Msc::MSC4133));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Msc {
    /// Its number.
    pub number: u16,
    /// Each of its flags: with one of them, a server has it under its unstable names. With the same flag and
    /// [`STABLE_SUFFIX`](Self::STABLE_SUFFIX), it has it under the stable ones. Empty if no flag says it.
    pub flags: &'static [&'static str],
    /// The version of the specification that has it.
    pub since: Option<SpecVersion>,
}

/// Whether a server has what a proposal added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MscSupport {
    /// It does, under the stable names: it advertises a version that has them, or the flag that says so.
    Stable,
    /// It does, under the unstable names.
    Unstable,
    /// It advertises neither a version nor a flag.
    NotAdvertised,
    /// No flag says it, or the server advertises no version that can be read: ask, and take `M_UNRECOGNIZED` as a no. Of
    /// parameters, send both names.
    Unknown,
}

impl Msc {
    /// What follows a flag where it says that a server has the stable names although it does not advertise their version.
    pub const STABLE_SUFFIX: &'static str = ".stable";

    /// The proposal that an operation belongs to, if no version of the specification has it: its `operationId` begins with
    /// `msc` and the number.
    ///
    /// ```
    /// use hardline::wire::{Msc, Operation};
    ///
    /// let proposed = Operation::get("msc4143GetRtcTransports", "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports");
    /// assert_eq!(Msc::of(&proposed), Some(Msc::MSC4143));
    /// assert_eq!(Msc::of(&Operation::get("getDevices", "/_matrix/client/v3/devices")), None);
    /// ```
    pub fn of(operation: &Operation) -> Option<Self> {
        let rest = operation.id.strip_prefix("msc")?;
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: u16 = rest[..end].parse().ok()?;
        let mut all = Self::ALL.iter().copied();
        all.find(|msc: &Self| msc.number == number)
    }

    const fn new(number: u16, flags: &'static [&'static str], since: Option<SpecVersion>) -> Self {
        Self {
            number,
            flags,
            since,
        }
    }

    /// How long events are kept.
    pub const MSC1763: Self = Self::new(1763, &[], None);
    /// Uploads whose `mxc:` URI is there before the file.
    pub const MSC2246: Self = Self::new(2246, &["fi.mau.msc2246"], Some(SpecVersion::v1(7)));
    /// Private read receipts.
    pub const MSC2285: Self = Self::new(2285, &["org.matrix.msc2285"], Some(SpecVersion::v1(4)));
    /// Adding and binding third-party identifiers apart from each other.
    pub const MSC2290: Self =
        Self::new(2290, &["m.separate_add_and_bind"], Some(SpecVersion::r0(6)));
    /// Pinging an application service.
    pub const MSC2659: Self = Self::new(2659, &["fi.mau.msc2659"], Some(SpecVersion::v1(7)));
    /// The rooms that two users share.
    pub const MSC2666: Self = Self::new(
        2666,
        &["uk.half-shot.msc2666.query_mutual_rooms"],
        Some(SpecVersion::v1(19)),
    );
    /// Reading what was redacted.
    pub const MSC2815: Self = Self::new(2815, &["fi.mau.msc2815"], None);
    /// Several identity providers for single sign-on.
    pub const MSC2858: Self = Self::new(2858, &["org.matrix.msc2858"], Some(SpecVersion::v1(1)));
    /// Refresh tokens.
    pub const MSC2918: Self = Self::new(2918, &["org.matrix.msc2918"], Some(SpecVersion::v1(3)));
    /// The authorization server's metadata.
    pub const MSC2965: Self = Self::new(2965, &["org.matrix.msc2965"], Some(SpecVersion::v1(15)));
    /// Busy as a presence.
    pub const MSC3026: Self = Self::new(3026, &["org.matrix.msc3026.busy_presence"], None);
    /// Registration tokens.
    pub const MSC3231: Self = Self::new(3231, &["org.matrix.msc3231"], Some(SpecVersion::v1(2)));
    /// Summaries of rooms. No flag says it: servers before v1.15 are asked.
    pub const MSC3266: Self = Self::new(3266, &[], Some(SpecVersion::v1(15)));
    /// Deleting account data.
    pub const MSC3391: Self = Self::new(3391, &["org.matrix.msc3391"], None);
    /// Threads.
    pub const MSC3440: Self = Self::new(3440, &["org.matrix.msc3440"], Some(SpecVersion::v1(4)));
    /// Read receipts of threads.
    pub const MSC3771: Self = Self::new(3771, &["org.matrix.msc3771"], Some(SpecVersion::v1(4)));
    /// Notification counts of threads.
    pub const MSC3773: Self = Self::new(3773, &["org.matrix.msc3773"], Some(SpecVersion::v1(4)));
    /// Dehydrated devices. No flag says it: ask for the device.
    pub const MSC3814: Self = Self::new(3814, &[], None);
    /// Public rooms by their type.
    pub const MSC3827: Self = Self::new(3827, &["org.matrix.msc3827"], Some(SpecVersion::v1(4)));
    /// Uploads to a URL elsewhere.
    pub const MSC3870: Self = Self::new(3870, &["com.beeper.msc3870"], None);
    /// Filtering by relations.
    pub const MSC3874: Self = Self::new(3874, &["org.matrix.msc3874"], None);
    /// Switching pushers off and on, on behalf of another device. The flag is on for some users alone.
    pub const MSC3881: Self = Self::new(3881, &["org.matrix.msc3881"], None);
    /// Login tokens from a session.
    pub const MSC3882: Self = Self::new(3882, &["org.matrix.msc3882"], Some(SpecVersion::v1(7)));
    /// Redacting events together with those that relate to them.
    pub const MSC3912: Self = Self::new(3912, &["org.matrix.msc3912"], None);
    /// Media for those with an access token.
    pub const MSC3916: Self = Self::new(3916, &["org.matrix.msc3916"], Some(SpecVersion::v1(11)));
    /// Relations of relations.
    pub const MSC3981: Self = Self::new(3981, &["org.matrix.msc3981"], Some(SpecVersion::v1(10)));
    /// Pushing all encrypted events.
    pub const MSC4028: Self = Self::new(4028, &["org.matrix.msc4028"], None);
    /// Changing the profile without changing it in rooms.
    pub const MSC4069: Self = Self::new(4069, &["org.matrix.msc4069"], None);
    /// Signing in by a QR code: the first form of its channel.
    pub const MSC4108: Self = Self::new(4108, &["org.matrix.msc4108"], None);
    /// Profiles with fields of one's own.
    pub const MSC4133: Self = Self::new(4133, &["uk.tcpip.msc4133"], Some(SpecVersion::v1(16)));
    /// Delayed events.
    pub const MSC4140: Self = Self::new(4140, &["org.matrix.msc4140"], None);
    /// MatrixRTC, and its transports.
    pub const MSC4143: Self = Self::new(4143, &["org.matrix.msc4143"], None);
    /// Reporting rooms.
    pub const MSC4151: Self = Self::new(4151, &["org.matrix.msc4151"], Some(SpecVersion::v1(13)));
    /// Filtering invitations.
    pub const MSC4155: Self = Self::new(4155, &["org.matrix.msc4155"], None);
    /// Redacting as one sends.
    pub const MSC4169: Self = Self::new(4169, &["com.beeper.msc4169"], Some(SpecVersion::v1(18)));
    /// Simplified sliding sync. The flag may be on for some users alone.
    pub const MSC4186: Self = Self::new(4186, &["org.matrix.simplified_msc3575"], None);
    /// Redacting all events of a user.
    pub const MSC4194: Self = Self::new(4194, &["org.matrix.msc4194"], None);
    /// LiveKit as a transport of MatrixRTC. No flag says it.
    pub const MSC4195: Self = Self::new(4195, &[], None);
    /// The state at the end of a sync's timeline. No flag says it: send both names.
    pub const MSC4222: Self = Self::new(4222, &[], Some(SpecVersion::v1(16)));
    /// Reporting users.
    pub const MSC4260: Self = Self::new(4260, &["org.matrix.msc4260"], Some(SpecVersion::v1(14)));
    /// Subscriptions to threads.
    pub const MSC4306: Self = Self::new(4306, &["org.matrix.msc4306"], None);
    /// What has changed of subscriptions to threads. Synapse says it by the flag of [`MSC4306`](Self::MSC4306).
    pub const MSC4308: Self = Self::new(4308, &["org.matrix.msc4308", "org.matrix.msc4306"], None);
    /// Suspending and locking accounts.
    pub const MSC4323: Self = Self::new(4323, &["uk.timedout.msc4323"], Some(SpecVersion::v1(18)));
    /// Sticky events.
    pub const MSC4354: Self = Self::new(4354, &["org.matrix.msc4354"], None);
    /// Blocking invitations.
    pub const MSC4380: Self = Self::new(4380, &["org.matrix.msc4380"], Some(SpecVersion::v1(18)));
    /// The server's name and version, for people: do not switch features by it.
    pub const MSC4383: Self = Self::new(4383, &["net.zemos.msc4383"], None);
    /// Signing in by a QR code: the second form of its channel. No flag says it: ask.
    pub const MSC4388: Self = Self::new(4388, &[], None);
    /// Changes of profiles in a sync.
    pub const MSC4429: Self = Self::new(4429, &["org.matrix.msc4429"], None);
    /// Replacing the whole profile.
    pub const MSC4437: Self = Self::new(4437, &["com.beeper.msc4437"], None);
    /// The order of a first sync's timeline.
    pub const MSC4445: Self = Self::new(
        4445,
        &["org.matrix.msc4445.initial_sync_timeline_topological_ordering"],
        None,
    );
    /// Moving the fully read marker backward.
    pub const MSC4446: Self = Self::new(4446, &["com.beeper.msc4446"], None);
    /// The OAuth scope of a server's administration.
    pub const MSC4484: Self = Self::new(4484, &["org.continuwuity.msc4484.unstable"], None);
    /// Reasons for invitations to a new room.
    pub const MSC4491: Self = Self::new(
        4491,
        &["uk.timedout.msc4491.create_room_invite_reasons"],
        None,
    );
    /// Blocking invitations by shared rooms.
    pub const MSC4494: Self = Self::new(4494, &["uk.timedout.msc4494"], None);
    /// Presence for some users alone.
    pub const MSC4495: Self = Self::new(4495, &["org.continuwuity.presence_v2.msc4495"], None);
    /// The profiles of many users.
    pub const MSC4536: Self = Self::new(4536, &["org.matrix.msc4536"], None);
    /// The stripped state of a room that the user is not in.
    pub const MSC4560: Self = Self::new(4560, &["org.continuwuity.msc4560"], None);

    /// All that are known here, by their numbers.
    pub const ALL: &'static [Self] = &[
        Self::MSC1763,
        Self::MSC2246,
        Self::MSC2285,
        Self::MSC2290,
        Self::MSC2659,
        Self::MSC2666,
        Self::MSC2815,
        Self::MSC2858,
        Self::MSC2918,
        Self::MSC2965,
        Self::MSC3026,
        Self::MSC3231,
        Self::MSC3266,
        Self::MSC3391,
        Self::MSC3440,
        Self::MSC3771,
        Self::MSC3773,
        Self::MSC3814,
        Self::MSC3827,
        Self::MSC3870,
        Self::MSC3874,
        Self::MSC3881,
        Self::MSC3882,
        Self::MSC3912,
        Self::MSC3916,
        Self::MSC3981,
        Self::MSC4028,
        Self::MSC4069,
        Self::MSC4108,
        Self::MSC4133,
        Self::MSC4140,
        Self::MSC4143,
        Self::MSC4151,
        Self::MSC4155,
        Self::MSC4169,
        Self::MSC4186,
        Self::MSC4194,
        Self::MSC4195,
        Self::MSC4222,
        Self::MSC4260,
        Self::MSC4306,
        Self::MSC4308,
        Self::MSC4323,
        Self::MSC4354,
        Self::MSC4380,
        Self::MSC4383,
        Self::MSC4388,
        Self::MSC4429,
        Self::MSC4437,
        Self::MSC4445,
        Self::MSC4446,
        Self::MSC4484,
        Self::MSC4491,
        Self::MSC4494,
        Self::MSC4495,
        Self::MSC4536,
        Self::MSC4560,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_a_flag_is_never_that_of_the_stable_names() {
        assert!(Msc::ALL.is_sorted_by(|a, b| a.number < b.number));
        let flags = || Msc::ALL.iter().flat_map(|msc| msc.flags);
        assert!(flags().count() > 30);
        assert!(flags().all(|flag| !flag.ends_with(Msc::STABLE_SUFFIX)));
    }
}
