/// Hardline's operations without a pair, and why.
pub(crate) const NOT_IN_RUMA: &[(&str, &str)] = &[
    (
        "cs:getEvents",
        "Ruma's `/events` requires `room_id`, which makes it cs:peekEvents.",
    ),
    ("cs:getOneEvent", "Deprecated, and not in Ruma."),
    ("cs:initialSync", "Deprecated, and not in Ruma."),
    (
        "cs:post3PIDs",
        "Deprecated in favour of cs:add3PID and cs:bind3PID, and not in Ruma.",
    ),
    (
        "cs:msc3814GetDehydratedDeviceEvents",
        "Ruma has the proposal's older form alone, cs:msc3814PostDehydratedDeviceEvents.",
    ),
    ("cs:msc3391DeleteAccountData", PROPOSAL),
    ("cs:msc3391DeleteAccountDataPerRoom", PROPOSAL),
    ("cs:msc4108CreateRendezvousSession", FEATURE_NOT_BUILT),
    ("cs:msc4108DeleteRendezvousSession", FEATURE_NOT_BUILT),
    ("cs:msc4108GetRendezvousSession", FEATURE_NOT_BUILT),
    ("cs:msc4108UpdateRendezvousSession", FEATURE_NOT_BUILT),
    ("cs:msc4140GetDelayedEvent", FEATURE_NOT_BUILT),
    ("cs:msc4140UpdateDelayedEventByBody", FEATURE_NOT_BUILT),
    ("cs:msc4143GetRtcTransports", FEATURE_NOT_BUILT),
    ("cs:msc4186SlidingSyncV4", FEATURE_NOT_BUILT),
    ("cs:msc4194RedactUser", PROPOSAL),
    ("cs:msc4195DelegateDelayedLeave", FEATURE_NOT_BUILT),
    ("cs:msc4195GetLivekitToken", FEATURE_NOT_BUILT),
    ("cs:msc4306DeleteThreadSubscription", FEATURE_NOT_BUILT),
    ("cs:msc4306GetThreadSubscription", FEATURE_NOT_BUILT),
    ("cs:msc4306SetThreadSubscription", FEATURE_NOT_BUILT),
    ("cs:msc4308GetThreadSubscriptionChanges", FEATURE_NOT_BUILT),
    ("cs:msc4388CreateRendezvous", FEATURE_NOT_BUILT),
    ("cs:msc4388DeleteRendezvous", FEATURE_NOT_BUILT),
    ("cs:msc4388GetRendezvous", FEATURE_NOT_BUILT),
    ("cs:msc4388GetRendezvousAvailability", FEATURE_NOT_BUILT),
    ("cs:msc4388UpdateRendezvous", FEATURE_NOT_BUILT),
    ("cs:msc4437ReplaceProfile", PROPOSAL),
    ("cs:msc4536QueryProfiles", FEATURE_NOT_BUILT),
    ("cs:msc4560GetStrippedState", FEATURE_NOT_BUILT),
    ("oauth:authorize", AUTHORIZATION_SERVER),
    ("oauth:authorizeDevice", AUTHORIZATION_SERVER),
    ("oauth:exchangeCode", AUTHORIZATION_SERVER),
    ("oauth:exchangeDeviceCode", AUTHORIZATION_SERVER),
    ("oauth:getAuthorizationServerMetadata", AUTHORIZATION_SERVER),
    ("oauth:getOpenIdConfiguration", AUTHORIZATION_SERVER),
    ("oauth:refreshAccessToken", AUTHORIZATION_SERVER),
    ("oauth:registerClient", AUTHORIZATION_SERVER),
    ("oauth:revokeToken", AUTHORIZATION_SERVER),
];

const AUTHORIZATION_SERVER: &str = "Ruma has no operations of authorization servers.";

const PROPOSAL: &str = "A proposal that Ruma does not have.";

const FEATURE_NOT_BUILT: &str =
    "Ruma has something of the proposal under a feature that is not built here.";
