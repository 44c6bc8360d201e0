package recoup

// Holding is how many Go values the library holds, for tests.
func Holding() int64 { return holding.Load() }
