/* The protocol with an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE,
 * RFC 7636; discovery).  Calls block, for up to YQ_PROVIDER_TIMEOUT_S at each question, on any
 * thread that is not a loop's; nothing here touches the database. */
#pragma once

#include <gio/gio.h>

#include "config.h"

#define YQ_PROVIDER_TIMEOUT_S 10

/* What a provider says about who signs in.  Each NULL where it does not say. */
typedef struct
{
  char *issuer, *subject; /* together they name her for ever; never NULL */
  char *organisation, *uscc, *person, *phone;
} YqIdentity;

void yq_identity_free (YqIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqIdentity, yq_identity_free)

/* One sign-on on its way: what must be the same when the browser comes back. */
typedef struct
{
  char *state, *nonce, *verifier; /* random; verifier is for PKCE towards the provider */
} YqAuthorization;

void yq_authorization_free (YqAuthorization *authorization);
YqAuthorization *yq_authorization_new (void);

/* A provider and what it has told about itself; any thread. */
typedef struct _YqProviderLink YqProviderLink;
YqProviderLink *yq_provider_link_new (const YqProvider *provider); /* keeps the pointer */
void yq_provider_link_free (YqProviderLink *link);
const YqProvider *yq_provider_link_provider (YqProviderLink *link);

/* Where the browser goes; asks the provider for its addresses once an hour. */
char *yq_provider_address (YqProviderLink *link, const YqAuthorization *authorization,
                           const char *redirect_uri, GCancellable *cancellable, GError **error);
/* What stands behind the code that the browser brought back. */
YqIdentity *yq_provider_exchange (YqProviderLink *link, const YqAuthorization *authorization,
                                  const char *code, const char *redirect_uri,
                                  GCancellable *cancellable, GError **error);
