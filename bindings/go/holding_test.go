package recoup

// Holding is how many values of Go's the library holds on to, for tests.
func Holding() int64 { return holding.Load() }
