package provision

import (
	"slices"
	"strings"
)

// Status is the status of a stack or of a resource.
type Status string

// The statuses. Rollback, review and cleanup are of stacks only.
const (
	CreateInProgress         Status = "CREATE_IN_PROGRESS"
	CreateFailed             Status = "CREATE_FAILED"
	CreateComplete           Status = "CREATE_COMPLETE"
	RollbackInProgress       Status = "ROLLBACK_IN_PROGRESS"
	RollbackFailed           Status = "ROLLBACK_FAILED"
	RollbackComplete         Status = "ROLLBACK_COMPLETE"
	DeleteInProgress         Status = "DELETE_IN_PROGRESS"
	DeleteFailed             Status = "DELETE_FAILED"
	DeleteComplete           Status = "DELETE_COMPLETE"
	DeleteSkipped            Status = "DELETE_SKIPPED"
	UpdateInProgress         Status = "UPDATE_IN_PROGRESS"
	UpdateCleanup            Status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
	UpdateComplete           Status = "UPDATE_COMPLETE"
	UpdateFailed             Status = "UPDATE_FAILED"
	UpdateRollbackInProgress Status = "UPDATE_ROLLBACK_IN_PROGRESS"
	UpdateRollbackFailed     Status = "UPDATE_ROLLBACK_FAILED"
	UpdateRollbackCleanup    Status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
	UpdateRollbackComplete   Status = "UPDATE_ROLLBACK_COMPLETE"
	ReviewInProgress         Status = "REVIEW_IN_PROGRESS"
)

// InProgress tells whether an operation is at work. A stack in review waits
// for its first one.
func (s Status) InProgress() bool {
	return strings.HasSuffix(string(s), "_IN_PROGRESS") && s != ReviewInProgress
}

// Updatable tells whether a stack in this status can be updated.
func (s Status) Updatable() bool {
	return slices.Contains([]Status{CreateComplete, UpdateComplete, UpdateRollbackComplete, CreateFailed, UpdateFailed}, s)
}

// Paused tells whether a stack failed and was told not to roll back, or could
// not.
func (s Status) Paused() bool {
	return slices.Contains([]Status{CreateFailed, UpdateFailed, UpdateRollbackFailed, RollbackFailed}, s)
}
