package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// archiveProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html
type archiveProperties struct {
	ArchiveName      string
	SourceArn        string
	Description      string
	EventPattern     json.RawMessage
	RetentionDays    resource.Int
	KmsKeyIdentifier string
}

// createArchiveResource creates an archive. One that is taken up has the events
// that are kept of it.
func (s *Service) createArchiveResource(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	a, err := s.decodeArchive(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	open := s.emptyShelf
	if definition.TakesUp() {
		if s.store.archive(a.name) != nil {
			definition.PhysicalID = a.name
			return s.updateArchiveResource(ctx, definition, definition)
		}
		open = s.keptShelf
	}
	if err := s.addArchive(a, open); err != nil {
		return resource.Instance{}, fmt.Errorf("create archive %s: %w", a.name, err)
	}
	return archiveInstance(a), nil
}

// updateArchiveResource leaves the events as they are.
func (s *Service) updateArchiveResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	wanted, err := s.decodeArchive(next)
	if err != nil {
		return resource.Instance{}, err
	}
	updated, err := s.changeArchive(wanted.name, func(a *archive) error {
		a.description, a.retention, a.pattern, a.compiled = wanted.description, wanted.retention, wanted.pattern, wanted.compiled
		return nil
	})
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update archive %s: %w", wanted.name, err)
	}
	return archiveInstance(updated), nil
}

func (s *Service) deleteArchiveResource(ctx context.Context, definition resource.Definition) error {
	_, err := s.deleteArchive(ctx, &archiveNameInput{ArchiveName: definition.PhysicalID})
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete archive %s: %w", definition.PhysicalID, err)
	}
	return nil
}

// decodeArchive returns the archive that a definition describes, without a
// shelf.
func (s *Service) decodeArchive(definition resource.Definition) (*archive, error) {
	var p archiveProperties
	if err := definition.Decode(&p); err != nil {
		return nil, err
	}
	if p.KmsKeyIdentifier != "" {
		return nil, errors.New("property KmsKeyIdentifier is not supported")
	}
	if definition.PhysicalID != "" {
		p.ArchiveName = definition.PhysicalID
	}
	if p.ArchiveName == "" {
		p.ArchiveName = definition.Name(maxArchiveName)
	}
	a, err := s.newArchive(&createArchiveInput{
		ArchiveName: p.ArchiveName, EventSourceArn: p.SourceArn, Description: p.Description,
		EventPattern: patternText(p.EventPattern), RetentionDays: int(p.RetentionDays),
	})
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", p.ArchiveName, err)
	}
	return a, nil
}

func archiveInstance(a *archive) resource.Instance {
	return resource.Instance{ID: a.name, Attributes: map[string]any{"Arn": a.arn, "ArchiveName": a.name}}
}
