package stepfunctions

// KeepFinished sets how many executions that ended are kept.
func (s *Service) KeepFinished(n int) { s.registry.maxFinished = n }
