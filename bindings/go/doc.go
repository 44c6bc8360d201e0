// Package recoup is Recoup, the refund engine that game servers embed, for Go: it verifies what app stores say of
// refunds, finds the player, decides by your rules, and hands you the block, at least once.
//
// The way through: OpenFile; RecordPurchase for what you deliver; a Handler, or Ingest, for every request of a store;
// Run, or Poll and Ack, for what to act on; IsBlocked at every login; Close.
//
// It calls a library in C's ways by cgo; recoup.h says more of each call than there is room for here. Whatever the
// methods are given is copied or read before they return: the library never holds a Go pointer. All of them may be
// called from any goroutine, and say what they block on. A call that blocks keeps one thread, as all calls of C do.
//
// A context is looked at before a call begins, and between the calls of Run, Events and Completions. A commit that has
// begun runs to its end: whoever turned away would not know whether it was done.
package recoup

//go:generate cp ../../include/recoup.h recoup.h
