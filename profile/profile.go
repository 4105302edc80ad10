// Package profile holds Tonfall's nouns and the pure arithmetic on them.
//
// A Customer of a shop has Accounts at social networks, has given or withdrawn
// Consents purpose by purpose, and has written Posts. Each post that may be
// read gives one Reading; readings with their origin are Evidence; Fold turns
// evidence into a Mood:
//
//	Post --Scorer--> Reading --+origin--> Evidence --Fold--> Mood --policy--> Tone
//
// The package does no I/O, keeps no state and imports nothing else of Tonfall,
// so that every other package can speak in its words.
package profile
