use super::lines::{Mark, Told};
use crate::room_step::{MemberRow, RoomRow, RoomStep};

impl Told for RoomStep {
    fn lines(&self) -> Vec<(Mark, String)> {
        let done = |text: String| vec![(Mark::Done, text)];
        match self {
            Self::Rooms { rooms } if rooms.is_empty() => {
                done("you are in no room, and invited to none".to_owned())
            }
            Self::Rooms { rooms } => {
                let width = widest(rooms.iter().map(|room| room.room_id.as_str()));
                let row = |row| (Mark::Done, room(row, width));
                rooms.iter().map(row).collect()
            }
            Self::RoomCreated { room_id, alias } => {
                let alias = alias.as_ref().map(|alias| format!(" ({alias})"));
                done(format!("created {room_id}{}", alias.unwrap_or_default()))
            }
            Self::RoomJoined { room_id } => done(format!("joined {room_id}")),
            Self::RoomLeft { room_id } => done(format!("left {room_id}")),
            Self::Invited { room_id, user_id } => done(format!("invited {user_id} to {room_id}")),
            Self::Sent {
                room_id, event_id, ..
            } => done(format!("sent {event_id} to {room_id}")),
            Self::Uploaded { content_uri } => vec![(Mark::Address, content_uri.clone())],
            Self::Downloaded { file, bytes, .. } => done(format!("saved {file}, {bytes} bytes")),
            Self::Missing => vec![(
                Mark::Careful,
                "some events before these are not shown: there were too many".to_owned(),
            )],
            Self::Offline(words) => {
                let offline = format!("offline: {}; trying again", words.message);
                vec![(Mark::Careful, offline)]
            }
            Self::Online => done("online again".to_owned()),
            Self::Members { members, .. } => {
                let width = widest(members.iter().map(|member| member.user_id.as_str()));
                let row = |row| (Mark::Done, member(row, width));
                members.iter().map(row).collect()
            }
        }
    }
}

/// The ID comes first, since it is what other commands take, and nobody can put a space in it.
fn room(room: &RoomRow, width: usize) -> String {
    let mut told = vec![room.name.clone()];
    if let Some(alias) = room
        .canonical_alias
        .as_ref()
        .filter(|alias| **alias != room.name)
    {
        told[0] += &format!(" ({alias})");
    }
    if room.membership == "invite" {
        told[0] = match &room.inviter {
            Some(inviter) => format!("invitation from {inviter}: {}", told[0]),
            None => format!("invitation: {}", told[0]),
        };
    }
    if room.encrypted {
        told.push("encrypted".to_owned());
    }
    if let Some(joined) = room.joined_members {
        let plural = if joined == 1 { "" } else { "s" };
        told.push(format!("{joined} member{plural}"));
    }
    if let Some(unread) = room.unread.filter(|unread| *unread > 0) {
        told.push(format!("{unread} unread"));
    }
    format!("{:<width$}  {}", room.room_id, told.join(", "))
}

fn member(member: &MemberRow, width: usize) -> String {
    let name = member.display_name.as_deref().unwrap_or_default();
    let row = format!("{:<width$}  {name}", member.user_id);
    row.trim_end().to_owned()
}

/// The width of a column of these. A long one sticks out, so that the others are not all moved away.
fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    let widths = texts.map(|text| text.chars().count());
    widths
        .filter(|width| *width <= 48)
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> RoomRow {
        RoomRow {
            room_id: "!tea:a.org".to_owned(),
            membership: "join",
            name: "Tea".to_owned(),
            canonical_alias: Some("#tea:a.org".to_owned()),
            encrypted: false,
            joined_members: Some(1),
            invited_members: Some(0),
            unread: Some(0),
            highlights: Some(0),
            inviter: None,
        }
    }

    #[test]
    fn a_room_is_a_line() {
        assert_eq!(room(&row(), 12), "!tea:a.org    Tea (#tea:a.org), 1 member");
        let mut busy = row();
        busy.encrypted = true;
        (busy.joined_members, busy.unread) = (Some(3), Some(2));
        busy.name = "#tea:a.org".to_owned();
        assert_eq!(
            room(&busy, 0),
            "!tea:a.org  #tea:a.org, encrypted, 3 members, 2 unread"
        );
    }

    #[test]
    fn an_invitation_says_whose_it_is() {
        let mut invitation = row();
        invitation.membership = "invite";
        (invitation.joined_members, invitation.canonical_alias) = (None, None);
        assert_eq!(room(&invitation, 0), "!tea:a.org  invitation: Tea");
        invitation.inviter = Some("@bob:a.org".to_owned());
        assert_eq!(
            room(&invitation, 0),
            "!tea:a.org  invitation from @bob:a.org: Tea"
        );
    }
}
