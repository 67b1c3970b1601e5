package chat

import "time"

// AwaitQueue waits until n messages wait for the committer.
func AwaitQueue(s *Service, n int) {
	for len(s.committer.queue) < n {
		time.Sleep(time.Millisecond)
	}
}
