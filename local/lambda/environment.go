package lambda

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// environ is the whole environment of a process of a revision: that of AWS's Linux
// runtimes, the role's keys, the endpoint of this runner and the function's
// own variables.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (s *Service) environ(r *revision, stream string) []string {
	variables := []string{
		"_HANDLER=" + r.settings.Handler,
		"AWS_REGION=" + s.config.Region,
		"AWS_DEFAULT_REGION=" + s.config.Region,
		"AWS_LAMBDA_FUNCTION_NAME=" + r.function.name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.FormatInt(int64(r.settings.MemorySize), 10),
		"AWS_LAMBDA_FUNCTION_VERSION=" + r.version.name,
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=" + r.logGroup(),
		"AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
		"AWS_LAMBDA_LOG_FORMAT=" + string(r.settings.logFormat()),
		"AWS_ACCESS_KEY_ID=" + r.keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + r.keys.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + r.keys.SessionToken,
		"AWS_ENDPOINT_URL=" + s.config.Endpoint,
		"AWS_XRAY_CONTEXT_MISSING=LOG_ERROR",
		"LAMBDA_TASK_ROOT=" + r.program.Dir,
		"LAMBDA_RUNTIME_DIR=" + r.program.Dir,
		"LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"TZ=:UTC",
	}
	if level := r.settings.applicationLevel(); level != "" {
		variables = append(variables, "AWS_LAMBDA_LOG_LEVEL="+level)
	}
	own := r.settings.variables()
	for _, name := range slices.Sorted(maps.Keys(own)) {
		variables = append(variables, name+"="+own[name])
	}
	return variables
}

// reservedVariables may not be set by a template.
var reservedVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

var variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// maxVariables is the most that a function's variables may take, in bytes.
const maxVariables = 4 << 10

func checkVariables(variables map[string]string) error {
	size := 0
	for name, value := range variables {
		if !variableName.MatchString(name) {
			return fmt.Errorf("environment variable %q: a name is a letter followed by letters, digits and _", name)
		}
		if slices.Contains(reservedVariables, name) {
			return fmt.Errorf("environment variable %s is reserved: Lambda sets it", name)
		}
		size += len(name) + len(value)
	}
	if size > maxVariables {
		return fmt.Errorf("the environment variables take %d bytes, at most %d are allowed", size, maxVariables)
	}
	return nil
}

// traceID is the X-Ray header of a new trace. Nothing collects traces here;
// functions may log the id.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceID(sampled bool) string {
	flag := "0"
	if sampled {
		flag = "1"
	}
	return fmt.Sprintf("Root=1-%08x-%08x%016x;Parent=%016x;Sampled=%s",
		time.Now().Unix(), rand.Uint32(), rand.Uint64(), rand.Uint64(), flag)
}
