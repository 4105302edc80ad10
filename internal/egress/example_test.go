package egress_test

import (
	"errors"
	"fmt"

	"tonfall/internal/egress"
)

func ExampleNew() {
	client := egress.New(egress.Options{})
	for _, address := range []string{"https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "http://example.org/"} {
		_, err := client.Get(address)
		var refused *egress.Refused
		if errors.As(err, &refused) {
			fmt.Println(refused)
		}
	}
	// Output:
	// the call was refused: the address is not a public one
	// the call was refused: the address is not a public one
	// the call was refused: only https is allowed
}
