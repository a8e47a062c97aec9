// The functions of CLazy.h's lists. Each jumps to where its `address` points: at first to a piece of
// code that finds the function. That one has all registers of arguments to keep, and leaves the stack
// as the caller made it, so that the function finds its arguments and returns to the caller.

#define LAZY(name)
#include "CLazy.h"

#if TWINE_IS_LAZY

#ifdef __x86_64__

.macro lazy name, library
    .text
    .p2align 4
    .globl twine_\name
    .hidden twine_\name
    .type twine_\name, @function
twine_\name:
    .cfi_startproc
    endbr64
    jmp *.Lfunction_\name(%rip)
.Lfind_\name:
    endbr64
    leaq .Lfunction_\name(%rip), %r11
    jmp .Lfind
    .cfi_endproc
    .size twine_\name, . - twine_\name
    .data
.Lfunction_\name:
    .quad .Lfind_\name, twine_lazy_\library, .Lname_\name
    .section .rodata
.Lname_\name:
    .asciz "\name"
.endm

    .text
    .p2align 4
.Lfind:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %r8
    pushq %r9
    // How many vector registers a function of `...` was given.
    pushq %rax
    subq $136, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    movq %r11, %rdi
    call twine_lazy_find
    movq %rax, %r11
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    addq $136, %rsp
    popq %rax
    popq %r9
    popq %r8
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    popq %rbp
    .cfi_def_cfa %rsp, 8
    jmp *%r11
    .cfi_endproc

#else

.macro lazy name, library
    .text
    .p2align 4
    .globl twine_\name
    .hidden twine_\name
    .type twine_\name, %function
twine_\name:
    .cfi_startproc
    hint #34
    adrp x16, .Lfunction_\name
    add x16, x16, :lo12:.Lfunction_\name
    ldr x17, [x16]
    br x17
    .cfi_endproc
    .size twine_\name, . - twine_\name
    .data
    .p2align 3
.Lfunction_\name:
    .quad .Lfind, twine_lazy_\library, .Lname_\name
    .section .rodata
.Lname_\name:
    .asciz "\name"
.endm

    .text
    .p2align 4
.Lfind:
    .cfi_startproc
    hint #34
    stp x29, x30, [sp, #-224]!
    .cfi_def_cfa_offset 224
    .cfi_offset x29, -224
    .cfi_offset x30, -216
    mov x29, sp
    stp x0, x1, [sp, #16]
    stp x2, x3, [sp, #32]
    stp x4, x5, [sp, #48]
    stp x6, x7, [sp, #64]
    stp q0, q1, [sp, #80]
    stp q2, q3, [sp, #112]
    stp q4, q5, [sp, #144]
    stp q6, q7, [sp, #176]
    str x8, [sp, #208]
    mov x0, x16
    bl twine_lazy_find
    mov x17, x0
    ldp x0, x1, [sp, #16]
    ldp x2, x3, [sp, #32]
    ldp x4, x5, [sp, #48]
    ldp x6, x7, [sp, #64]
    ldp q0, q1, [sp, #80]
    ldp q2, q3, [sp, #112]
    ldp q4, q5, [sp, #144]
    ldp q6, q7, [sp, #176]
    ldr x8, [sp, #208]
    ldp x29, x30, [sp], #224
    .cfi_def_cfa_offset 0
    .cfi_restore x29
    .cfi_restore x30
    br x17
    .cfi_endproc

#endif

#undef LAZY
#define LAZY(name) lazy name, crypto
#include "../COpenSSL/crypto.functions.h"
#undef LAZY
#define LAZY(name) lazy name, ssl
#include "../COpenSSL/ssl.functions.h"
#undef LAZY
#define LAZY(name) lazy name, xml2
#include "../CLibXML2/functions.h"
#undef LAZY
#define LAZY(name) lazy name, idn2
#include "../CIDN2/functions.h"
#undef LAZY
#define LAZY(name) lazy name, psl
#include "../CPSL/functions.h"
#undef LAZY
#define LAZY(name) lazy name, z
#include "../CZlib/functions.h"
#undef LAZY
#define LAZY(name) lazy name, brotlidec
#include "../CBrotli/functions.h"
#undef LAZY
#define LAZY(name) lazy name, zstd
#include "../CZstd/functions.h"
#undef LAZY
#define LAZY(name) lazy name, pcre2
#include "../CPCRE2/functions.h"
#undef LAZY
#define LAZY(name) lazy name, crypt
#include "../CCrypt/functions.h"

#endif

.section .note.GNU-stack, "", %progbits
