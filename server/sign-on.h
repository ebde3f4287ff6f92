/* Signing in with an account at an OpenID provider (法人登录, 政务服务网 登录; manual of Zhejiang's
 * carriers 1.3, Shandong's 2; domain.md 8.9).  The program on her computer asks for an address, her
 * browser goes there, comes back here with a code, and is sent on to the program, which listens on
 * the loopback interface of that computer (RFC 8252 §7.3), with a ticket.  Only who began can use
 * the ticket: it is bound to a secret that never leaves the program (as in RFC 7636).
 *
 *   POST /v1/authorizations {provider, challenge, port} -> 201 {address, expires_at}
 *   GET  /v1/authorizations/return?state&code           -> 302 http://127.0.0.1:PORT/?ticket=...
 *   POST /v1/sessions {ticket, verifier}                -> 201 as with a password
 *
 * Whoever comes for the first time gets an account, and a draft of her organisation where its code
 * is not registered yet.  Nothing that a provider says opens an account that stands already: an
 * older one is bound by its password and a code (POST /v1/bindings). */
#pragma once

#include "provider.h"
#include "server.h"

extern const YqPart yq_sign_on_part;

/* Takes over the request: finds the account of identity or makes it, and replies with a session. */
void yq_sign_on_open (YqRequest *request, YqIdentity *identity); /* takes identity */

/* handlers */
void yq_providers_handle (YqRequest *request);
void yq_authorizations_create (YqRequest *request);
void yq_authorizations_return (YqRequest *request);
/* POST /v1/sessions with a ticket. */
void yq_sign_on_create_session (YqRequest *request, JsonObject *body);
