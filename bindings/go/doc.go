// Package recoup is Recoup, the refund engine that game servers embed, for Go: it verifies app stores' reports of
// refunds, finds the player, decides by your rules, and hands you the block, at least once.
//
// The way through: OpenFile; RecordPurchase for what you deliver; a Handler, or Ingest, for every request of a store;
// Run, or Poll and Ack, for what to act on; IsBlocked at every login; Close.
//
// It calls the C library by cgo; recoup.h describes each call in more detail. All arguments are copied or read before a
// method returns: the library never holds a Go pointer. All methods may be called from any goroutine, and document what
// they block on. A call that blocks keeps one thread, as all calls of C do.
//
// A context is checked before a call begins, and between the calls of Run, Events and Completions. A commit that has
// begun runs to its end: a caller that left early would not know whether it was done.
package recoup

//go:generate cp ../../include/recoup.h recoup.h
