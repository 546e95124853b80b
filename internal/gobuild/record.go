package gobuild

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// record says from what programs were linked. The Go command caches what it
// compiles, but links whatever it is told to build.
type record struct {
	// Inputs is the digest of all that the linker gets.
	Inputs string
	// Programs are the SHA-256 of the executables by name: another build may
	// have replaced them since.
	Programs map[string]string
}

const recordFile = ".linked.json"

// inputs is the digest of the compiled packages of programs, compiling what is
// not compiled yet, of the linker's flags, and of go.mod, which decides settings
// of the runtime.
func inputs(ctx context.Context, root string, t Target, programs []Program) (string, error) {
	args := append([]string{"list", "-deps", "-export", "-f", "{{.ImportPath}} {{.BuildID}}"}, flags...)
	packages, err := runGo(ctx, root, t, append(args, arguments(programs)...)...)
	if err != nil {
		return "", err
	}
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %s %s", flags, packages, module))), nil
}

// matches tells whether the folder out has the programs that inputs make.
func matches(out, inputs string, programs []Program) bool {
	raw, err := os.ReadFile(filepath.Join(out, recordFile))
	var r record
	if err != nil || json.Unmarshal(raw, &r) != nil || r.Inputs != inputs {
		return false
	}
	for _, p := range programs {
		if digest, err := p.digest(); err != nil || digest != r.Programs[p.Name] {
			return false
		}
	}
	return true
}

// remember records what programs were linked from.
func remember(out, inputs string, programs []Program) error {
	r := record{inputs, map[string]string{}}
	for _, p := range programs {
		digest, err := p.digest()
		if err != nil {
			return err
		}
		r.Programs[p.Name] = digest
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(out, recordFile), raw)
}

// digest is the SHA-256 of the program's executable, in hexadecimal.
func (p Program) digest() (string, error) {
	raw, err := os.ReadFile(filepath.Join(p.Dir, executable))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(raw)), nil
}
