package feedback_test

import (
	"os"
	"testing"

	"pleiades/server/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
