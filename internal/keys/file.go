package keys

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"tonfall/profile"
)

// longestFile caps what is read as a key file, in bytes.
const longestFile = 4 << 20

// file is the key file's JSON. Sealing is a tink keyset, Signing are private JWKs.
type file struct {
	Format  string             `json:"format"`
	Root    []byte             `json:"root"`
	Links   []link             `json:"links"`
	Sealing json.RawMessage    `json:"sealing"`
	Signing jose.JSONWebKeySet `json:"signing"`
}

const format = "tonfall-keys-1"

// Marshal writes the keyring as a key file. It is secret in whole.
func (k *Keyring) Marshal() ([]byte, error) { return k.now.Load().marshal() }

func (r *ring) marshal() ([]byte, error) {
	var sealing bytes.Buffer
	if err := insecurecleartextkeyset.Write(r.sealing, keyset.NewJSONWriter(&sealing)); err != nil {
		return nil, broken(err)
	}
	text, err := json.MarshalIndent(file{
		Format: format, Root: r.root, Links: r.links, Sealing: sealing.Bytes(),
		Signing: jose.JSONWebKeySet{Keys: r.signing},
	}, "", "  ")
	return append(text, '\n'), broken(err)
}

// Load reads what Marshal has written; Invalid for anything else.
func Load(text []byte) (*Keyring, error) {
	var f file
	if err := json.Unmarshal(text, &f); err != nil || f.Format != format {
		// The cause is left out: it would quote from the secret.
		return nil, profile.Errorf(profile.Invalid, "this is not a key file of Tonfall; make one with `tonfall init`")
	}
	damaged := profile.Errorf(profile.Invalid, "the key file is damaged; restore it from its copy")
	if len(f.Root) != 32 || len(f.Links) == 0 {
		return nil, damaged
	}
	for _, l := range f.Links {
		if len(l.Secret) != 32 {
			return nil, damaged
		}
	}
	for _, alg := range Algorithms() {
		if len(signingWith(alg, f.Signing.Keys)) == 0 {
			return nil, damaged
		}
	}
	for _, key := range f.Signing.Keys {
		if !key.Valid() || key.IsPublic() {
			return nil, damaged
		}
	}
	sealing, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Sealing)))
	if err != nil {
		return nil, damaged
	}
	return newKeyring(&ring{root: f.Root, links: f.Links, sealing: sealing, signing: f.Signing.Keys})
}

// LoadFile reads a key file. NotFound where there is none; Forbidden where
// others than its owner may read it.
func LoadFile(path string) (*Keyring, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, profile.Errorf(profile.NotFound, "there is no key file %s; make one with `tonfall init`", path)
	case err != nil:
		return nil, unreadable(path, err)
	case !info.Mode().IsRegular() || info.Size() > longestFile:
		return nil, profile.Errorf(profile.Invalid, "%s is not a key file of Tonfall", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, profile.Errorf(profile.Forbidden, "others can read the key file %s: run `chmod 600 %s`", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	k, err := Load(text)
	if err != nil {
		return nil, profile.Errorf(profile.KindOf(err), "%s: %s", path, profile.Message(err))
	}
	return k, nil
}

// SaveFile writes a new key file, mode 0600. Conflict where one exists: keys
// are never written over by accident (RotateFile does it on purpose).
func (k *Keyring) SaveFile(path string) error {
	text, err := k.Marshal()
	if err != nil {
		return err
	}
	return write(path, text, func(temp string) error {
		err := os.Link(temp, path) // unlike a rename, it fails where path exists
		if errors.Is(err, fs.ErrExist) {
			return profile.Errorf(profile.Conflict, "there is a key file %s already; without it nothing in its store can be read, so it is left alone", path)
		}
		return unwritable(path, err)
	})
}

// RotateFile rotates the keys of an existing key file and puts them back, whole
// or not at all, before they are used. It starts from what the file holds, so
// that keys which another process has put there stay. Conflict where the file
// is that of another keyring.
func (k *Keyring) RotateFile(path string) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	inFile, err := LoadFile(path)
	if err != nil {
		return err
	}
	old := inFile.now.Load()
	if !hmac.Equal(old.root, k.now.Load().root) {
		return profile.Errorf(profile.Conflict, "the key file %s is that of another installation; it is left alone", path)
	}
	return k.rotate(old, func(text []byte) error {
		return write(path, text, func(temp string) error { return unwritable(path, os.Rename(temp, path)) })
	})
}

// write puts text into a file beside path, safe on disk, and has it moved there.
func write(path string, text []byte, move func(temp string) error) error {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".tonfall-keys-*") // mode 0600
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(text)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return unwritable(path, err)
	}
	if err := move(temp.Name()); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return unwritable(path, err)
	}
	return unwritable(path, errors.Join(folder.Sync(), folder.Close()))
}

func unreadable(path string, err error) error {
	return profile.Wrap(profile.Unavailable, err, "the key file "+path+" cannot be read")
}

func unwritable(path string, err error) error {
	return profile.Wrap(profile.Unavailable, err, "the key file "+path+" cannot be written")
}
