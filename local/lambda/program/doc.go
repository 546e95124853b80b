// Package program gets hold of what functions run: a folder with a program
// named bootstrap, or a zip archive of one, which it unpacks. It refuses what
// can't be started on this machine.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
package program
