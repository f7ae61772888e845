/*
 * The addon: `version`, and `kernels`, an object with one function for each kernel that this
 * processor can run: (initialHash: Uint8Array(64), start: bigint, count: number, target: bigint) =>
 * bigint; see search.h. It keeps no state, so every thread can load it.
 */
#include <node_api.h>

#include "search.h"

/* src/pow/native-addon.ts asks for the same; to be raised with every change of these sources. */
enum { VERSION = 1 };

static napi_value wrong_arguments(napi_env env) {
  napi_throw_type_error(env, NULL, "expected: initialHash, start, count, target");
  return NULL;
}

static napi_value call_search(napi_env env, napi_callback_info info) {
  napi_value given[4], result;
  size_t number = 4, bytes = 0;
  void *kernel, *initial_hash;
  napi_typedarray_type type;
  uint64_t start, target;
  int64_t count;
  bool fits;
  if (napi_get_cb_info(env, info, &number, given, NULL, &kernel) != napi_ok || number != 4 ||
      napi_get_typedarray_info(env, given[0], &type, &bytes, &initial_hash, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || bytes != INITIAL_HASH_BYTES ||
      napi_get_value_bigint_uint64(env, given[1], &start, &fits) != napi_ok ||
      napi_get_value_int64(env, given[2], &count) != napi_ok || count < 0 ||
      napi_get_value_bigint_uint64(env, given[3], &target, &fits) != napi_ok) {
    return wrong_arguments(env);
  }
  search_function *const search = *(search_function *const *)kernel;
  const uint64_t nonce = search(initial_hash, start, (uint64_t)count, target);
  if (napi_create_bigint_uint64(env, nonce, &result) != napi_ok) return NULL;
  return result;
}

static search_function *const SCALAR = petrel_search_scalar;
#ifdef PETREL_POW_X86
static search_function *const AVX2 = petrel_search_avx2;
static search_function *const AVX512 = petrel_search_avx512;
#endif

static void offer(napi_env env, napi_value kernels, const char *name,
                  search_function *const *kernel) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call_search, (void *)kernel, &function) ==
      napi_ok) {
    napi_set_named_property(env, kernels, name, function);
  }
}

NAPI_MODULE_INIT() {
  napi_value version, kernels;
  if (napi_create_int32(env, VERSION, &version) != napi_ok ||
      napi_create_object(env, &kernels) != napi_ok) {
    return NULL;
  }
  offer(env, kernels, "scalar", &SCALAR);
#ifdef PETREL_POW_X86
  /* These ask the operating system, too, whether it keeps the wide registers. */
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) offer(env, kernels, "avx2", &AVX2);
  if (__builtin_cpu_supports("avx512f")) offer(env, kernels, "avx512", &AVX512);
#endif
  napi_set_named_property(env, exports, "version", version);
  napi_set_named_property(env, exports, "kernels", kernels);
  return exports;
}
