/* Names that are macros where game code is compiled: X11, Windows, Unreal Engine, and what else has words of every day
   as macros. The headers are compiled with these before and after them. */
#ifndef RECOUP_TESTS_MACROS_H
#define RECOUP_TESTS_MACROS_H

/* X11/X.h, X11/Xlib.h */
#define Above 0
#define Always 2
#define Below 1
#define Bool int
#define Complex 0
#define ControlMask 4
#define Convex 2
#define CursorShape 0
#define DestroyAll 0
#define False 0
#define FocusIn 9
#define FocusOut 10
#define GrayScale 1
#define KeyPress 2
#define KeyRelease 3
#define None 0L
#define Nonconvex 1
#define Status int
#define StaticColor 2
#define Success 0
#define True 1
#define Unsorted 0
#define XYPixmap 1

/* windows.h */
#define ABSOLUTE 1
#define CONST const
#define CreateEvent CreateEventW
#define DELETE 0x10000L
#define DOMAIN 1
#define ERROR 0
#define GetMessage GetMessageW
#define GetObject GetObjectW
#define IGNORE 0
#define IN
#define NO_ERROR 0L
#define OPTIONAL
#define OUT
#define OVERFLOW 3
#define PASCAL
#define SendMessage SendMessageW
#define STRICT 1
#define TRANSPARENT 1
#define UNKNOWN 0
#define VOID void
#define Yield()
#define far
#define hyper
#define interface struct
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define near
#define pascal
#define small char

/* Unreal Engine */
#define ANSI_TO_TCHAR(text) text
#define BLOCK 1
#define FORCEINLINE inline
#define INDEX_NONE (-1)
#define PI 3.14f
#define PURE_VIRTUAL(function, ...) {}
#define TEXT(text) L##text
#define UCLASS(...)
#define UE_LOG(...)
#define UI 1
#define UPROPERTY(...)
#define check(condition) ((void)(condition))
#define checkf(condition, ...) ((void)(condition))
#define ensure(condition) (!!(condition))
#define ensureMsgf(condition, ...) (!!(condition))
#define unimplemented() ((void)0)
#define verify(condition) ((void)(condition))
#define verifyf(condition, ...) ((void)(condition))

/* Qt, Objective-C, BSD, macOS and GNU C */
#define BOOL int
#define FALSE 0
#define NO 0
#define TRUE 1
#define YES 1
#define emit
#define foreach(variable, container) for (variable : container)
#define without end for (;;)
#define linux 1
#define major(device) ((device) >> 8)
#define makedev(major, minor) ((major) << 8 | (minor))
#define minor(device) ((device) & 255)
#define nil 0
#define require(condition, label) ((void)0)
#define signals public
#define slots
#define unix 1

#endif
