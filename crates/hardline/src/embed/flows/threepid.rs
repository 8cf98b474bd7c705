pub(super) mod add_threepid;
