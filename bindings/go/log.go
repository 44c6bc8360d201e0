package recoup

// #include "trampolines.h"
import "C"

// LogLevel is the severity of a message.
type LogLevel int32

const (
	// LogOff: no messages at all.
	LogOff LogLevel = C.RECOUP_LOG_OFF
	// LogError: something went wrong that a person must look at, such as a dead letter.
	LogError LogLevel = C.RECOUP_LOG_ERROR
	// LogWarn: something unexpected, such as a forged request.
	LogWarn LogLevel = C.RECOUP_LOG_WARN
	// LogInfo: what was done.
	LogInfo LogLevel = C.RECOUP_LOG_INFO
	// LogDebug: what was done, step by step.
	LogDebug LogLevel = C.RECOUP_LOG_DEBUG
	// LogTrace: everything.
	LogTrace LogLevel = C.RECOUP_LOG_TRACE
)

// Logger receives a message: its level, the part of the library it is from (such as "recoup::engine"), and the text. It is
// called from any thread and from several at once, also inside of calls that others wait for: so it must not call an
// engine, which returns ErrReentrant, and cannot close one. Messages that it causes are dropped. A panic in it goes to the
// PanicHandler.
type Logger interface {
	Log(level LogLevel, target, message string)
}

// LoggerFunc is a function as a Logger.
type LoggerFunc func(level LogLevel, target, message string)

// Log calls the function.
func (f LoggerFunc) Log(level LogLevel, target, message string) { f(level, target, message) }

// SetLog passes messages of a level and more severe ones to a logger, for the whole process; it replaces the one before.
// nil, or LogOff, only removes that. Messages contain no secrets. Fails with a VersionError if the library does not fit
// this package.
func SetLog(level LogLevel, logger Logger) error {
	if err := checkLibrary(); err != nil {
		tellReleased(logger)
		return err
	}
	var object *C.recoup_error
	if logger == nil {
		return check(C.recoup_log_set(C.recoup_log_level(level), nil, 0, nil, &object), object)
	}
	data := hold(&logRegistration{logger})
	status := C.recoup_log_set(C.recoup_log_level(level), C.recoup_log_callback(C.recoup_go_log), data,
		C.recoup_destructor(C.recoup_go_destroy), &object)
	return check(status, object)
}

type logRegistration struct {
	logger Logger
}

// Released calls the logger's Released, if it has one.
func (r *logRegistration) Released() { tellReleased(r.logger) }
