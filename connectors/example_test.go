package connectors_test

import (
	"fmt"

	"tonfall/connectors"
	"tonfall/profile"
)

func ExampleNew() {
	c, err := connectors.New("mastodon", connectors.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	info := c.Info()
	fmt.Println(info.Title, "reads posts:", info.Posts)
	fmt.Println("asks people for their:", info.Hint)
	fmt.Println("can:", info.Powers)
	fmt.Println("asks for posts by:", info.Scopes[profile.Posts])
	fmt.Println("needs registration:", info.Registration)
	// Output:
	// Mastodon reads posts: true
	// asks people for their: instance
	// can: [posts lookup refresh revoke]
	// asks for posts by: [read:statuses]
	// needs registration: none: Tonfall registers at each server by itself
}
