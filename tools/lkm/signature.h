/*
 * lkm/signature.h - a module's signature as a member of a JSON object.
 */
#ifndef LKM_TOOLS_LKM_SIGNATURE_H
#define LKM_TOOLS_LKM_SIGNATURE_H

#include "fmt/signature.h"
#include "tools/lkm/json.h"

/* Append the member "signature". */
void lkm_signature_json(const struct lkm_signature *sig, struct lkm_json *json);

#endif
