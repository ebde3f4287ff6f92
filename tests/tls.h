/* A key that protects nothing and its certificate for 127.0.0.1 (P-256, self-signed): for tests of
 * TLS. */
#pragma once

/* clang-format off */
#define TEST_KEY \
  "-----BEGIN PRIVATE KEY-----\n" \
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsZhTKmOX2R0aKCvu\n" \
  "Z16i6Egifx/Mr9rxKTrbFa5Zf8GhRANCAARiCIAIGspHbheE7VJJ3tgz7voSx6fb\n" \
  "xSX/90jK67XRQzj8+GffGdu2a+50+R3uof2ImsT21mYtWEEqSQWwKFv3\n" \
  "-----END PRIVATE KEY-----\n"

#define TEST_CERTIFICATE \
  "-----BEGIN CERTIFICATE-----\n" \
  "MIIBkDCCATagAwIBAgIUMpbVxaQ2JAEsWYLq3EEpdRgR2UgwCgYIKoZIzj0EAwIw\n" \
  "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTA1MTQwOVoYDzIxMjYxMDI4\n" \
  "MDUxNDA5WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n" \
  "PQMBBwNCAARiCIAIGspHbheE7VJJ3tgz7voSx6fbxSX/90jK67XRQzj8+GffGdu2\n" \
  "a+50+R3uof2ImsT21mYtWEEqSQWwKFv3o2QwYjAdBgNVHQ4EFgQUco4E5fkEpz6e\n" \
  "etFBDm9s+wTysn4wHwYDVR0jBBgwFoAUco4E5fkEpz6eetFBDm9s+wTysn4wDwYD\n" \
  "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC\n" \
  "IQDqb2RiIjGR+UQHvqXrQjZpOrj8WZB5can1KONB1cWUZwIgDN0mh29YLv0M2Msh\n" \
  "S2AycQ8dDyWJAvHHWIZ2ZKYvIRo=\n" \
  "-----END CERTIFICATE-----\n"
/* clang-format on */
