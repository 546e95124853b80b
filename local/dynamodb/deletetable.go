package dynamodb

import "context"

// deleteTable deletes a table. As on AWS, its stream stays readable for stream.Retention.
func (s *Service) deleteTable(_ context.Context, in *tableInput) (*tableOutput, error) {
	d, err := s.tables.delete(in.TableName)
	if err != nil {
		return nil, err
	}
	out := d.describe()
	out.TableStatus = "DELETING"
	return &tableOutput{out}, nil
}
