package provision

import "context"

// Deploy makes of the stack called name what spec says, whatever it was
// before: created if there is none, anew if its creation or its deletion
// failed, and left alone if there is nothing to change. A rollback that failed
// is tried once more before. id is the last part of a new stack's ARN.
func (e *Engine) Deploy(ctx context.Context, name, id string, spec Spec) error {
	exists, err := e.prepare(ctx, name)
	if err != nil {
		return err
	}
	var operation *Operation
	if exists {
		operation, err = e.Update(name, spec, Options{})
	} else {
		operation, err = e.create(name, id, spec, Options{})
	}
	if err == ErrNoChanges {
		return nil
	}
	if err != nil {
		return err
	}
	return operation.Wait(ctx)
}

// prepare tells whether there is a stack that can be updated, after what an
// operation that failed has left is out of the way.
func (e *Engine) prepare(ctx context.Context, name string) (exists bool, err error) {
	there, exists := e.Stack(name)
	var operation *Operation
	switch {
	case exists && (there.Stable == nil || there.Status == DeleteFailed):
		exists = false
		operation, err = e.Delete(name, Options{})
	case exists && there.Status == UpdateRollbackFailed:
		operation, err = e.Rollback(name, Options{})
	}
	if err != nil || operation == nil {
		return exists, err
	}
	return exists, operation.Wait(ctx)
}
