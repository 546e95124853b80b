package program

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// name is the file that Lambda starts, at the root of the code.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
const name = "bootstrap"

// check refuses a folder whose program can't be started here.
func check(dir string) error {
	file, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no file named " + name + " at its root")
	}
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	switch {
	case !info.Mode().IsRegular():
		return errors.New(name + " is not a file")
	case info.Mode().Perm()&0o111 == 0:
		return fmt.Errorf("%s is not executable: its mode is %v", name, info.Mode().Perm())
	}
	head := make([]byte, 64)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the program: %w", err)
	}
	return checkPlatform(head[:n])
}

// checkPlatform refuses a program, of which it gets the beginning, that is
// made for another machine.
func checkPlatform(head []byte) error {
	here := runtime.GOOS + "/" + runtime.GOARCH
	switch platform := platformOf(head); platform {
	case here, script:
		return nil
	case "":
		return errors.New(name + " is neither a program nor a script that begins with #!")
	default:
		return fmt.Errorf("%s is a program for %s, and this machine runs %s: build it with -c target=%s", name, platform, here, here)
	}
}

// script is the platform of a script with an interpreter: any.
const script = "#!"

// platformOf tells the platform of a program by its beginning, in Go's words,
// such as "linux/arm64"; "" if it is no program.
func platformOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte(script)):
		return script
	case bytes.HasPrefix(head, []byte("MZ")):
		return "windows"
	case bytes.HasPrefix(head, []byte(elf.ELFMAG)) && len(head) >= 20:
		return elfPlatform(head)
	case len(head) >= 8 && binary.LittleEndian.Uint32(head) == macho.Magic64:
		return "darwin/" + machoArchitecture(macho.Cpu(binary.LittleEndian.Uint32(head[4:])))
	}
	return ""
}

// elfPlatform reads the header of an ELF file: its class and byte order, the
// system, and the machine.
func elfPlatform(head []byte) string {
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	system := "linux"
	if abi := elf.OSABI(head[elf.EI_OSABI]); abi != elf.ELFOSABI_NONE && abi != elf.ELFOSABI_LINUX {
		system = abi.String()
	}
	machine := elf.Machine(order.Uint16(head[18:]))
	switch machine {
	case elf.EM_X86_64:
		return system + "/amd64"
	case elf.EM_AARCH64:
		return system + "/arm64"
	case elf.EM_386:
		return system + "/386"
	case elf.EM_ARM:
		return system + "/arm"
	}
	return system + "/" + machine.String()
}

func machoArchitecture(cpu macho.Cpu) string {
	switch cpu {
	case macho.CpuAmd64:
		return "amd64"
	case macho.CpuArm64:
		return "arm64"
	}
	return cpu.String()
}
