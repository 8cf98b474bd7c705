pub(super) mod sync_loop;
