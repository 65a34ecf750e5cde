#ifndef PLIMSOLL_CTOML_H
#define PLIMSOLL_CTOML_H
#endif
