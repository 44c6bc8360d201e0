//! Structs of other versions: smaller, larger, and sizes that cannot be.

use super::*;
use crate::ffi::events::*;
use crate::ffi::ingest::*;
use crate::ffi::outcomes::*;
use crate::ffi::poll::*;
use crate::ffi::purchases::*;
use crate::ffi::requests::*;

/// Room for a struct and what a later version may add.
#[repr(C, align(8))]
struct Room([u8; 512]);

impl Room {
    fn of(size: u32) -> Self {
        let mut room = Self([0; 512]);
        room.0[..4].copy_from_slice(&size.to_ne_bytes());
        room
    }
}

/// The sizes from nothing to far beyond that a call takes.
fn sizes_taken(mut call: impl FnMut(&mut Room) -> recoup_status) -> Vec<u32> {
    (0..=480)
        .filter(|size| match call(&mut Room::of(*size)) {
            RECOUP_STATUS_OK => true,
            RECOUP_STATUS_INVALID_ARGUMENT => false,
            other => panic!("status {other} for size {size}"),
        })
        .collect()
}

fn multiples_of_eight_from(size: usize) -> Vec<u32> {
    (size..=480).step_by(8).map(|size| u32::try_from(size).unwrap()).collect()
}

#[test]
fn every_size_from_the_first_versions_on_is_taken_and_no_other() {
    let server = Server::new();
    let outcomes = sizes_taken(|room| ingest(&server, &request(), room.0.as_mut_ptr().cast(), null_mut()));
    assert_eq!(outcomes, multiples_of_eight_from(32));
    let requests = sizes_taken(|room| {
        let size = room.0[..4].to_vec();
        // SAFETY: a request is smaller than the room, and aligned as it is.
        unsafe { room.0.as_mut_ptr().cast::<recoup_request>().write(request()) };
        room.0[..4].copy_from_slice(&size);
        // SAFETY: all-zero but for the size is an outcome.
        let mut outcome: recoup_outcome = unsafe { std::mem::zeroed() };
        outcome.struct_size = 32;
        // SAFETY: a live engine; the room is larger than any size that is tried.
        unsafe {
            recoup_engine_ingest(
                server.engine,
                room.0.as_ptr().cast(),
                &raw mut outcome,
                null_mut(),
                null_mut(),
            )
        }
    });
    assert_eq!(requests, multiples_of_eight_from(size_of::<recoup_request>()));
    let events = sizes_taken(|room| {
        let mut count = 0;
        // SAFETY: a live engine; the room is larger than any size that is tried.
        unsafe {
            let events = room.0.as_mut_ptr().cast();
            recoup_engine_poll(server.engine, events, 1, &raw mut count, null_mut(), null_mut())
        }
    });
    assert_eq!(events, multiples_of_eight_from(304));
}

#[test]
fn a_newer_programs_unknown_member_is_refused_unless_it_is_zero() {
    let server = Server::new();
    let mut room = Room::of(0);
    let size = size_of::<recoup_purchase>();
    let mut purchase = purchase();
    purchase.struct_size = u32::try_from(size + 16).unwrap();
    // SAFETY: a purchase is smaller than the room, and aligned as it is.
    unsafe { room.0.as_mut_ptr().cast::<recoup_purchase>().write(purchase) };
    let record = |room: &Room| {
        let mut error = null_mut();
        // SAFETY: a live engine, and a struct of the size it states.
        let status = unsafe {
            let purchase = room.0.as_ptr().cast();
            recoup_engine_record_purchase(server.engine, purchase, null_mut(), &raw mut error)
        };
        if status == RECOUP_STATUS_OK { String::new() } else { take_code(error) }
    };
    assert_eq!(record(&room), "");
    room.0[size + 15] = 1;
    assert_eq!(record(&room), "newer_struct");
}

#[test]
fn an_output_of_a_newer_program_is_zero_in_members_that_this_library_lacks() {
    let server = Server::new();
    let mut room = Room::of(48);
    room.0[4..].fill(0xff);
    assert_eq!(ingest(&server, &request(), room.0.as_mut_ptr().cast(), null_mut()), RECOUP_STATUS_OK);
    assert_eq!(room.0[..4], 48_u32.to_ne_bytes());
    assert_eq!(room.0[4..8], RECOUP_OUTCOME_REJECTED.to_ne_bytes());
    assert!(room.0[32..48].iter().all(|byte| *byte == 0), "the members of the newer version");
    assert!(room.0[48..].iter().all(|byte| *byte == 0xff), "what lies behind the struct");
}

#[test]
fn events_of_a_newer_program_are_as_far_apart_as_its_struct_size() {
    let server = Server::new();
    for user in ["ann", "bob"] {
        assert_eq!(server.block(user), RECOUP_STATUS_OK);
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Newer {
        event: recoup_event,
        added: [u64; 2],
    }
    // SAFETY: all bytes zero is a value of it.
    let mut events: [Newer; 4] = unsafe { std::mem::zeroed() };
    events[0].event.struct_size = u32::try_from(size_of::<Newer>()).unwrap();
    events.iter_mut().for_each(|event| event.added = [u64::MAX; 2]);
    let mut count = 0;
    // SAFETY: a live engine and four events of the size in the first.
    let status = unsafe {
        recoup_engine_poll(
            server.engine,
            events.as_mut_ptr().cast(),
            4,
            &raw mut count,
            null_mut(),
            null_mut(),
        )
    };
    assert_eq!((status, count), (RECOUP_STATUS_OK, 2));
    for (event, user) in events.iter().zip(["ann", "bob"]) {
        assert_eq!((event.event.struct_size, event.event.kind), (376, RECOUP_EVENT_BLOCK));
        assert_eq!(read(recoup_string { data: event.event.user.as_ptr(), len: 3 }), user);
        assert_eq!(event.added, [0; 2]);
    }
    assert_eq!(events[2].added, [u64::MAX; 2], "a place that no event needed");
}

#[test]
fn a_reserved_member_that_is_not_zero_and_a_misaligned_struct_are_refused() {
    let server = Server::new();
    let mut outcome = Room::of(32);
    let to = outcome.0.as_mut_ptr();
    let request = recoup_request { reserved: 1, ..request() };
    let mut error = null_mut();
    assert_eq!(ingest(&server, &request, to.cast(), &raw mut error), RECOUP_STATUS_INVALID_ARGUMENT);
    assert_eq!(take_code(error), "reserved");
    let status = ingest(&server, &self::request(), to.wrapping_add(1).cast(), &raw mut error);
    assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_INVALID_ARGUMENT, "misaligned"));
}

fn request() -> recoup_request {
    recoup_request {
        struct_size: u32::try_from(size_of::<recoup_request>()).unwrap(),
        reserved: 0,
        store: view("google-play"),
        headers: null(),
        header_count: 0,
        body: b"{}".as_ptr(),
        body_len: 2,
    }
}

fn purchase() -> recoup_purchase {
    // SAFETY: all bytes zero is a value of it.
    let mut purchase: recoup_purchase = unsafe { std::mem::zeroed() };
    purchase.struct_size = u32::try_from(size_of::<recoup_purchase>()).unwrap();
    purchase.store = view("google-play");
    purchase.user = view("ann");
    purchase.order_id = view("GPA.1");
    purchase
}

fn ingest(
    server: &Server,
    request: &recoup_request,
    outcome: *mut recoup_outcome,
    error: *mut *mut recoup_error,
) -> recoup_status {
    // SAFETY: a live engine, a live request, and an outcome of the size it states.
    unsafe { recoup_engine_ingest(server.engine, request, outcome, null_mut(), error) }
}
