package limit

// Keys returns how many keys a Limiter holds.
func Keys(l *Limiter) int { return len(l.buckets) }
