package recoup

// #include "trampolines.h"
import "C"

import "time"

// Clock returns the time. It is called from any thread and from several at once, often, and must not call this package.
type Clock interface {
	Now() time.Time
}

// Options are how to open an engine. Exactly one of ConfigJSON and ConfigFile is required.
type Options struct {
	// ConfigJSON is the configuration. Relative paths in it start from BaseFolder, or, if that is empty, from the
	// working directory.
	ConfigJSON string
	// BaseFolder is for ConfigJSON only.
	BaseFolder string
	// ConfigFile is a file with the configuration. Relative paths in it start from the file's own folder.
	ConfigFile string
	// Clock, unless nil, replaces the machine's clock: for tests.
	Clock Clock
	// Transport, unless nil, sends requests to the stores instead of the library's own HTTP client. Through makes one of
	// an http.RoundTripper.
	Transport Transport
	// NoBackground: the engine does not work with the stores by itself. Otherwise, if the configuration has credentials of
	// a store's API, it has a thread that queries the stores for refunds without a message, answers their refund reviews,
	// and continues actions that were not done at once. It also sends webhook messages and removes what is past its
	// retention. Without it call Work, SendWebhooks and Prune now and then.
	NoBackground bool
}

// Open opens an engine by a configuration in JSON: it opens or creates the ledger that this names, brings its schema up
// to date, and loads the blocked users. Relative paths start from baseFolder, or, if that is empty, from the working
// directory. Blocks on the disk, and for up to five seconds on another process that writes to the same ledger.
//
// Fails with ErrConfig, ErrLedger, ErrBusy, ErrDiskFull, and with a VersionError if the library does not fit this
// package.
func Open(configJSON, baseFolder string) (*Engine, error) {
	if err := checkLibrary(); err != nil {
		return nil, err
	}
	var handle *C.recoup_engine
	var object *C.recoup_error
	status := C.recoup_engine_open(
		chars(configJSON), length(configJSON), chars(baseFolder), length(baseFolder), &handle, &object)
	return opened(handle, check(status, object))
}

// OpenFile is Open by a configuration file. Relative paths in it start from the file's own folder.
func OpenFile(path string) (*Engine, error) {
	if err := checkLibrary(); err != nil {
		return nil, err
	}
	var handle *C.recoup_engine
	var object *C.recoup_error
	status := C.recoup_engine_open_file(chars(path), length(path), &handle, &object)
	return opened(handle, check(status, object))
}

// OpenWith is Open by options.
func OpenWith(options Options) (*Engine, error) {
	if err := checkLibrary(); err != nil {
		return nil, err
	}
	made := C.recoup_options_new()
	defer C.recoup_options_free(made)
	if err := configure(made, options); err != nil {
		return nil, err
	}
	if err := setClock(made, options.Clock); err != nil {
		return nil, err
	}
	if err := setTransport(made, options.Transport); err != nil {
		return nil, err
	}
	var handle *C.recoup_engine
	var object *C.recoup_error
	if options.NoBackground {
		if err := check(C.recoup_options_set_background(made, 0, &object), object); err != nil {
			return nil, err
		}
	}
	status := C.recoup_engine_open_with(made, &handle, &object)
	return opened(handle, check(status, object))
}

func configure(made *C.recoup_options, options Options) error {
	var object *C.recoup_error
	json, folder, file := options.ConfigJSON, options.BaseFolder, options.ConfigFile
	if file != "" {
		if json != "" || folder != "" {
			return badArgument("two_configurations", "ConfigFile is set beside ConfigJSON or BaseFolder: give one configuration")
		}
		return check(C.recoup_options_set_config_file(made, chars(file), length(file), &object), object)
	}
	status := C.recoup_options_set_config_json(
		made, chars(json), length(json), chars(folder), length(folder), &object)
	return check(status, object)
}

func setClock(made *C.recoup_options, clock Clock) error {
	if clock == nil {
		return nil
	}
	var object *C.recoup_error
	status := C.recoup_options_set_clock(made, C.recoup_clock(C.recoup_go_clock), hold(clock),
		C.recoup_destructor(C.recoup_go_destroy), &object)
	return check(status, object)
}

func setTransport(made *C.recoup_options, transport Transport) error {
	if transport == nil {
		return nil
	}
	var object *C.recoup_error
	status := C.recoup_options_set_transport(made, C.recoup_transport(C.recoup_go_send),
		hold(&transportRegistration{transport}), C.recoup_destructor(C.recoup_go_destroy), &object)
	return check(status, object)
}

func opened(handle *C.recoup_engine, err error) (*Engine, error) {
	if err != nil {
		return nil, err
	}
	return newEngine(handle), nil
}

func badArgument(code, message string) error {
	return &Error{Status: StatusInvalidArgument, Code: code, Message: message, HTTPStatus: 500}
}
